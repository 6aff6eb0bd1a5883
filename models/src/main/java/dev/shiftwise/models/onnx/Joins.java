package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Concat: of constants a constant, of elements of one value a move of it, and else a value of the
 * network.
 */
final class Joins {
  private Joins() {}

  static List<Datum> concat(Call call) throws Refusal {
    List<Datum> parts = new ArrayList<>();
    for (int i = 0; i < call.inputs(); i++) {
      parts.add(call.any(i));
    }
    if (parts.isEmpty()) {
      throw new Refusal("it has no inputs");
    }
    Datum first = parts.getFirst();
    int axis = Dims.axis(call.integer("axis", 1), first.rank());
    long length = 0;
    for (Datum part : parts) {
      int[] dims = part.dims().clone();
      length += part.rank() == first.rank() ? dims[axis] : 0;
      if (part.rank() == first.rank()) {
        dims[axis] = first.dims()[axis];
      }
      if (!Arrays.equals(dims, first.dims())) {
        throw new Refusal(
            "dimensions " + Dims.text(part.dims()) + " do not join " + Dims.text(first.dims()));
      }
      call.requireNotBatch(part, axis);
    }
    int[] to = first.dims().clone();
    to[axis] = (int) Math.min(length, Integer.MAX_VALUE);
    Dims.elements(to);
    if (parts.size() == 1) {
      return List.of(first);
    }
    int batch = call.batchAxis(first);
    for (Datum part : parts) {
      if (call.batchAxis(part) != batch) {
        throw Refusal.ofBatch("its parts do not have the batch along the same dimension");
      }
    }
    List<Feature> features = new ArrayList<>();
    for (Datum part : parts) {
      if (part instanceof Feature feature) {
        features.add(feature);
      }
    }
    Datum joined =
        features.size() == parts.size()
            ? joinedFeatures(call, features, axis, to)
            : patched(call, parts, axis, to);
    return List.of(batch < 0 ? joined : joined.withBatchAxis(batch));
  }

  private static Datum joinedFeatures(Call call, List<Feature> parts, int axis, int[] to)
      throws Refusal {
    Feature joined = joinedMoves(call, parts, axis, to);
    return joined != null ? joined : joinedValues(call, parts, axis, to);
  }

  /** With constants among them. */
  private static Datum patched(Call call, List<Datum> parts, int axis, int[] to) throws Refusal {
    int count = Dims.elements(to);
    if (!call.isConstant() && !call.scope().follow(count)) {
      throw new Refusal("it joins constants to a value of more than 2^22 elements");
    }
    call.scope().fold(count);
    int[] part = new int[count];
    int[] index = new int[count];
    joinInto(
        parts,
        axis,
        (at, from, element) -> {
          part[at] = from;
          index[at] = element;
        });
    return Patchwork.of(call, to, parts, part, index);
  }

  /**
   * Where: elements of two values, chosen by a constant.
   *
   * @throws Refusal if it cannot be
   */
  static Datum chosen(Call call, Constant condition) throws Refusal {
    Datum yes = call.any(1);
    Datum no = call.any(2);
    int[] to = Dims.broadcast(condition.dims(), Dims.broadcast(yes.dims(), no.dims()));
    int count = Dims.elements(to);
    if (count == 0 || !call.scope().follow(count)) {
      throw new Refusal("it chooses of " + count + " elements, wanted 1 to 2^22");
    }
    int axis = -1;
    for (Datum datum : List.of(yes, no)) {
      if (call.batchAxis(datum) >= 0) {
        int at = call.batchAxis(datum) + to.length - datum.rank();
        if (axis >= 0 && at != axis) {
          throw Refusal.ofBatch("the batch is dimension " + axis + " and " + at);
        }
        axis = at;
      }
    }
    for (Datum datum : List.of(condition, yes, no)) {
      int at = axis - to.length + datum.rank();
      if (axis >= 0 && call.batchAxis(datum) < 0 && at >= 0 && datum.dims()[at] != 1) {
        throw Refusal.ofBatch("a constant has an element for each image");
      }
    }
    int[] chosen = Move.expand(Dims.padded(condition.dims(), to.length), to).indices();
    int[] first = Move.expand(Dims.padded(yes.dims(), to.length), to).indices();
    int[] second = Move.expand(Dims.padded(no.dims(), to.length), to).indices();
    int[] part = new int[count];
    for (int i = 0; i < count; i++) {
      part[i] = condition.integer(chosen[i]) != 0 ? 0 : 1;
      first[i] = part[i] == 0 ? first[i] : second[i];
    }
    Datum made = Patchwork.of(call, to, List.of(yes, no), part, first);
    return axis < 0 ? made : made.withBatchAxis(axis);
  }

  /** Elements of one value, however they are joined, are one move of it. */
  private static @Nullable Feature joinedMoves(Call call, List<Feature> parts, int axis, int[] to)
      throws Refusal {
    Feature first = parts.getFirst();
    int fill = Float.floatToRawIntBits(first.fill());
    for (Feature part : parts) {
      if (!part.base().equals(first.base()) || Float.floatToRawIntBits(part.fill()) != fill) {
        return null;
      }
    }
    int elements = Dims.elements(to);
    if (!call.scope().follow(elements)) {
      return null;
    }
    int[] map = new int[elements];
    joinInto(
        parts,
        axis,
        (at, part, index) -> {
          int[] own = parts.get(part).map();
          map[at] = own == null ? index : own[index];
        });
    return first.mapped(call.operator(), to, map, first.fill());
  }

  /** Takes an element of the result. */
  @FunctionalInterface
  private interface Sink {
    void put(int at, int part, int index);
  }

  /** Goes through the result's order. */
  private static void joinInto(List<? extends Datum> parts, int axis, Sink sink) {
    int[] dims = parts.getFirst().dims();
    int outer = (int) Dims.elements(dims, 0, axis);
    int[] lengths = new int[parts.size()];
    for (int p = 0; p < lengths.length; p++) {
      int[] own = parts.get(p).dims();
      lengths[p] = (int) Dims.elements(own, axis, own.length);
    }
    int at = 0;
    for (int o = 0; o < outer; o++) {
      for (int p = 0; p < lengths.length; p++) {
        for (int i = 0; i < lengths[p]; i++) {
          sink.put(at++, p, o * lengths[p] + i);
        }
      }
    }
  }

  /** Along the channels, if need be after a transpose that lets them be counted there. */
  private static Feature joinedValues(Call call, List<Feature> parts, int axis, int[] to)
      throws Refusal {
    int outer = (int) Dims.elements(to, 0, axis);
    int rank = to.length;
    if (outer == 1) {
      Shape natural = Dims.shape(to);
      long inner = Dims.elements(to, axis + 1, rank);
      // Where a plane does not end with an index of the axis, planes of its own size will do.
      int height = inner % natural.plane() == 0 ? natural.height() : 1;
      int width = inner % natural.plane() == 0 ? natural.width() : (int) inner;
      Operand[] operands = new Operand[parts.size()];
      for (int i = 0; i < operands.length; i++) {
        int channels = parts.get(i).elements() / (height * width);
        operands[i] = call.scope().operand(parts.get(i), new Shape(channels, height, width));
      }
      return call.scope().add(call.name(), to, new Concat(), operands);
    }
    int[] order = new int[rank];
    order[0] = axis;
    for (int i = 1; i < rank; i++) {
      order[i] = i <= axis ? i - 1 : i;
    }
    List<Feature> turned = new ArrayList<>();
    for (Feature part : parts) {
      turned.add(call.scope().moved("Concat", part, Move.transpose(part.dims(), order), 0));
    }
    int[] turnedTo = new int[rank];
    int[] back = new int[rank];
    for (int i = 0; i < rank; i++) {
      turnedTo[i] = to[order[i]];
      back[order[i]] = i;
    }
    Feature joined = joinedValues(call, turned, 0, turnedTo);
    return call.scope().moved("Concat", joined, Move.transpose(turnedTo, back), 0);
  }
}
