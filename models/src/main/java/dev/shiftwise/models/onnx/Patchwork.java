package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value put together of elements of several ones, as assignments to slices do it. Of elements of
 * one value of the network and one number it is a move; else the values are joined first, by whole
 * planes if that will do.
 */
final class Patchwork {
  /** Beyond it planes are moved together: a row of windows costs more than one move. */
  private static final int MOST_RUNS = 16;

  private final Call call;
  private final int[] dims;
  private final int[] part;
  private final int[] index;
  private final List<@Nullable Feature> parts = new ArrayList<>();
  private float fill;
  private boolean isFilled;

  private Patchwork(Call call, int[] dims, int[] part, int[] index) {
    this.call = call;
    this.dims = dims;
    this.part = part;
    this.index = index;
  }

  /**
   * Returns the value.
   *
   * @param dims its dimensions
   * @param parts what it is made of
   * @param part for each element the part it is of
   * @param index for each element which one of the part it is
   * @throws Refusal if it cannot be
   */
  static Datum of(Call call, int[] dims, List<Datum> parts, int[] part, int[] index)
      throws Refusal {
    if (parts.stream().allMatch(Constant.class::isInstance)) {
      return constant(call, dims, parts.stream().map(Constant.class::cast).toList(), part, index);
    }
    Patchwork patchwork = new Patchwork(call, dims, part, index);
    patchwork.collect(parts);
    return patchwork.made();
  }

  private static Constant constant(
      Call call, int[] dims, List<Constant> parts, int[] part, int[] index) throws Refusal {
    call.scope().fold(index.length);
    Constant first = parts.getFirst();
    for (Constant constant : parts) {
      if (constant.isReal() != first.isReal()) {
        throw new Refusal("it joins " + constant.kind() + " and " + first.kind());
      }
    }
    if (first.isReal()) {
      float[] values = new float[index.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) parts.get(part[i]).real(index[i]);
      }
      return Constant.ofFloats(first.kind(), dims, values);
    }
    long[] values = new long[index.length];
    long[] perBatch = new long[index.length];
    long[] perImage = new long[index.length];
    for (int i = 0; i < values.length; i++) {
      Constant from = parts.get(part[i]);
      values[i] = from.integer(index[i]);
      perBatch[i] = from.perBatch(index[i]);
      perImage[i] = from.perImage(index[i]);
    }
    return Arrays.stream(perImage).anyMatch(each -> each != 0)
        ? Constant.ofImages(dims, values, perImage, -1)
        : Constant.ofShape(dims, values, perBatch);
  }

  /**
   * One number at most is the fill; other constants, and values filled otherwise, become values.
   */
  private void collect(List<Datum> from) throws Refusal {
    Feature some =
        from.stream()
            .filter(Feature.class::isInstance)
            .map(Feature.class::cast)
            .findFirst()
            .orElseThrow();
    for (Datum datum : from) {
      switch (datum) {
        case Constant constant -> {
          Float number = constant.uniform();
          parts.add(number != null && isFill(number) ? null : value(call, some, constant));
        }
        case Feature feature -> {
          int[] map = feature.map();
          boolean leaves = map != null && Scope.leavesOut(map);
          parts.add(!leaves || isFill(feature.fill()) ? feature : carriedOut(call, feature));
        }
      }
    }
  }

  private boolean isFill(float number) {
    if (!isFilled) {
      fill = number;
      isFilled = true;
    }
    return Float.floatToRawIntBits(fill) == Float.floatToRawIntBits(number);
  }

  private static Feature carriedOut(Call call, Feature feature) throws Refusal {
    int[] map = feature.map();
    Value value =
        call.scope()
            .draft()
            .add(
                call.name() + ".move",
                call.scope()
                    .views()
                    .rearrange(
                        Views.likeBase(feature),
                        List.of(map == null ? new int[] {0} : map),
                        feature.fill()),
                Operand.of(feature.base()));
    return Feature.of(value, feature.dims());
  }

  /**
   * Returns a constant as a value: zeros that change no sum, and the constant added.
   *
   * @param some any value of the network
   * @throws Refusal if it cannot be
   */
  static Feature value(Call call, Feature some, Constant constant) throws Refusal {
    int[] nothing = new int[constant.elements()];
    Arrays.fill(nothing, Move.OUTSIDE);
    Feature zeros =
        carriedOut(call, some.mapped(call.operator(), new int[] {nothing.length, 1}, nothing, -0f));
    PerChannel channels = PerChannel.of(call, zeros, zeros.dims());
    Feature value =
        channels.affine(channels.filled(1), channels.spread(constant.tensor(constant.elements())));
    return value.reshaped(call.operator(), constant.dims());
  }

  private Datum made() throws Refusal {
    List<Value> bases = new ArrayList<>();
    int[] base = new int[index.length];
    int[] map = new int[index.length];
    int[] numbers = new int[parts.size()];
    for (int p = 0; p < numbers.length; p++) {
      Feature feature = parts.get(p);
      if (feature != null && !bases.contains(feature.base())) {
        bases.add(feature.base());
      }
      numbers[p] = feature == null ? -1 : bases.indexOf(feature.base());
    }
    for (int i = 0; i < map.length; i++) {
      Feature feature = parts.get(part[i]);
      int[] own = feature == null ? null : feature.map();
      map[i] = feature == null ? Move.OUTSIDE : own == null ? index[i] : own[index[i]];
      base[i] = map[i] == Move.OUTSIDE ? -1 : numbers[part[i]];
    }
    if (bases.size() == 1) {
      return move(bases.getFirst(), dims, map);
    }
    Shape shape = Dims.shape(dims);
    int[] runs = runs(base, (int) shape.plane());
    if (runs == null) {
      return joined(bases, base, map);
    }
    List<Operand> operands = new ArrayList<>();
    int from = 0;
    for (int to : runs) {
      int[] own = Arrays.copyOfRange(map, from, to);
      Shape planes = shape.withChannels((int) ((to - from) / shape.plane()));
      int owner = 0;
      for (int i = from; i < to; i++) {
        owner = Math.max(owner, base[i]);
      }
      int[] ownDims = {planes.channels(), planes.height(), planes.width()};
      operands.add(call.scope().operand(move(bases.get(owner), ownDims, own), planes));
      from = to;
    }
    if (operands.size() == 1) {
      return move(bases.get(Math.max(0, Arrays.stream(base).max().orElse(0))), dims, map);
    }
    return call.scope().add(call.name(), dims, new Concat(), operands.toArray(Operand[]::new));
  }

  private Feature move(Value of, int[] to, int[] map) {
    return Feature.of(of, (int) of.shape().elements()).mapped(call.operator(), to, map, fill);
  }

  /** The ends of runs of planes of one value each, or null if there are too many, or none such. */
  private static int @Nullable [] runs(int[] base, int plane) {
    int[] ends = new int[MOST_RUNS];
    int count = 0;
    int before = -1;
    for (int from = 0; from < base.length; from += plane) {
      int owner = -1;
      for (int i = from; i < from + plane; i++) {
        if (base[i] >= 0 && owner >= 0 && base[i] != owner) {
          return null;
        }
        owner = Math.max(owner, base[i]);
      }
      if (owner >= 0 && before >= 0 && owner != before) {
        if (count == MOST_RUNS - 1) {
          return null;
        }
        ends[count++] = from;
      }
      before = owner < 0 ? before : owner;
    }
    ends[count++] = base.length;
    return Arrays.copyOf(ends, count);
  }

  /** All values one behind the other, and the move that picks what is wanted. */
  private Feature joined(List<Value> bases, int[] base, int[] map) throws Refusal {
    Shape first = bases.getFirst().shape();
    boolean alike =
        bases.stream()
            .allMatch(
                value ->
                    value.shape().height() == first.height()
                        && value.shape().width() == first.width());
    Operand[] operands = new Operand[bases.size()];
    int[] starts = new int[bases.size()];
    long start = 0;
    for (int i = 0; i < operands.length; i++) {
      Value value = bases.get(i);
      int elements = (int) value.shape().elements();
      starts[i] = (int) start;
      start += elements;
      operands[i] =
          alike
              ? Operand.of(value)
              : call.scope().operand(Feature.of(value, elements), new Shape(elements, 1, 1));
    }
    if (start > Dims.MOST_ELEMENTS) {
      throw new Refusal("the values it is put together of have more than 2^27 elements");
    }
    Value all = call.scope().draft().add(call.name() + ".all", new Concat(), operands);
    int[] moved = new int[map.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = base[i] < 0 ? Move.OUTSIDE : starts[base[i]] + map[i];
    }
    return move(all, dims, moved);
  }
}
