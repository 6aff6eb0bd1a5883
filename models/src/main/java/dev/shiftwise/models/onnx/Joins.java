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
      parts.add(call.input(i));
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
    if (call.isConstant()) {
      return List.of(joinedConstants(call, parts, axis, to));
    }
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      features.add(call.feature(i));
    }
    Feature joined = joinedMoves(call, features, axis, to);
    return List.of(joined != null ? joined : joinedValues(call, features, axis, to));
  }

  private static Constant joinedConstants(Call call, List<Datum> parts, int axis, int[] to)
      throws Refusal {
    call.scope().fold(Dims.elements(to));
    // One behind the other, and then the order of the result.
    List<Constant> constants = parts.stream().map(Constant.class::cast).toList();
    int count = constants.stream().mapToInt(Constant::elements).sum();
    Constant first = constants.getFirst();
    long[] integers = new long[count];
    long[] perBatch = new long[count];
    float[] floats = new float[first.isReal() ? count : 0];
    int at = 0;
    for (Constant constant : constants) {
      if (constant.isReal() != first.isReal()) {
        throw new Refusal("it joins " + constant.kind() + " and " + first.kind());
      }
      for (int i = 0; i < constant.elements(); i++, at++) {
        if (first.isReal()) {
          floats[at] = (float) constant.real(i);
        } else {
          integers[at] = constant.integer(i);
          perBatch[at] = constant.perBatch(i);
        }
      }
    }
    int[] order = new int[count];
    joinInto(order, parts, axis, (part, index) -> index);
    Constant all =
        first.isReal()
            ? Constant.ofFloats(first.kind(), new int[] {count}, floats)
            : Constant.ofShape(new int[] {count}, integers, perBatch);
    return all.moved(new Move(to, List.of(order)), 0).reshaped(to);
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
        map,
        parts,
        axis,
        (part, index) -> {
          int[] own = parts.get(part).map();
          return own == null ? index : own[index];
        });
    return first.mapped(call.operator(), to, map, first.fill());
  }

  /** What an element of a part is. */
  @FunctionalInterface
  private interface Source {
    int of(int part, int index);
  }

  /**
   * Fills the result's order; elements of a part are numbered through all parts if the source says
   * so.
   */
  private static void joinInto(int[] map, List<? extends Datum> parts, int axis, Source source) {
    boolean constants = parts.getFirst() instanceof Constant;
    int[] dims = parts.getFirst().dims();
    int outer = (int) Dims.elements(dims, 0, axis);
    int[] lengths = new int[parts.size()];
    int[] starts = new int[parts.size()];
    int all = 0;
    for (int p = 0; p < lengths.length; p++) {
      int[] own = parts.get(p).dims();
      lengths[p] = (int) Dims.elements(own, axis, own.length);
      starts[p] = constants ? all : 0;
      all += lengths[p] * outer;
    }
    int at = 0;
    for (int o = 0; o < outer; o++) {
      for (int p = 0; p < lengths.length; p++) {
        for (int i = 0; i < lengths[p]; i++) {
          map[at++] = source.of(p, starts[p] + o * lengths[p] + i);
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
