package dev.shiftwise.models.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reductions of constants over any axes: of shapes, and of weights that a graph normalises. */
final class ConstantReductions {
  private ConstantReductions() {}

  /** What is made of the elements. */
  private enum Kind {
    SUM(13),
    MEAN(18),
    PRODUCT(18);

    /** The operator set since which the axes are an input. */
    private final int since;

    Kind(int since) {
      this.since = since;
    }
  }

  static List<Datum> sum(Call call) throws Refusal {
    return List.of(reduce(call, Kind.SUM));
  }

  static List<Datum> mean(Call call) throws Refusal {
    return List.of(reduce(call, Kind.MEAN));
  }

  static List<Datum> product(Call call) throws Refusal {
    return List.of(reduce(call, Kind.PRODUCT));
  }

  private static Constant reduce(Call call, Kind kind) throws Refusal {
    Constant from = call.constant(0);
    from.requireFixed();
    int rank = from.rank();
    long[] axes = call.integers("axes", 1, kind.since);
    boolean keep = call.flag("keepdims", true);
    boolean all = axes == null || axes.length == 0;
    if (call.flag("noop_with_empty_axes", false) && all) {
      return from;
    }
    boolean[] gone = Dims.marked(axes == null ? new long[0] : axes, rank);
    if (all) {
      Arrays.fill(gone, true);
    }
    int[] kept = new int[rank];
    for (int i = 0; i < rank; i++) {
      kept[i] = gone[i] ? 1 : from.dims()[i];
    }
    int[] to = keep ? kept : Arrays.stream(axesLeft(gone)).map(i -> kept[i]).toArray();
    int count = Dims.elements(kept);
    if (from.elements() == 0) {
      throw new Refusal("it reduces a constant without elements");
    }
    call.scope().turn(from.elements());
    call.scope().fold(count);
    double[] reals = new double[from.isReal() ? count : 0];
    long[] integers = new long[from.isReal() ? 0 : count];
    boolean isProduct = kind == Kind.PRODUCT;
    Arrays.fill(reals, isProduct ? 1 : 0);
    Arrays.fill(integers, isProduct ? 1 : 0);
    int[] strides = Dims.strides(from.dims());
    int[] keptStrides = Dims.strides(kept);
    for (int i = 0; i < from.elements(); i++) {
      int at = 0;
      for (int axis = 0; axis < rank; axis++) {
        at += gone[axis] ? 0 : i / strides[axis] % from.dims()[axis] * keptStrides[axis];
      }
      if (from.isReal()) {
        reals[at] = isProduct ? reals[at] * from.real(i) : reals[at] + from.real(i);
      } else {
        integers[at] = isProduct ? integers[at] * from.integer(i) : integers[at] + from.integer(i);
      }
    }
    int each = from.elements() / count;
    if (!from.isReal()) {
      for (int i = 0; i < count && kind == Kind.MEAN; i++) {
        integers[i] /= each;
      }
      return Constant.ofIntegers(from.kind(), to, integers);
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (kind == Kind.MEAN ? reals[i] / each : reals[i]);
    }
    return Constant.ofFloats(from.kind(), to, values);
  }

  private static int[] axesLeft(boolean[] gone) {
    return IntStream.range(0, gone.length).filter(i -> !gone[i]).toArray();
  }
}
