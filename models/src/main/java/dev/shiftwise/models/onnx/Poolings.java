package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic.Function;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pooling, reduction and softmax. */
final class Poolings {
  private Poolings() {}

  static List<Datum> averagePool(Call call) throws Refusal {
    Feature x = call.feature(0);
    Kernel2d kernel = kernel(call, x);
    boolean ceil = call.flag("ceil_mode", false);
    boolean padded = kernel.top() + kernel.left() + kernel.bottom() + kernel.right() > 0;
    if (!call.flag("count_include_pad", false) || !padded) {
      return List.of(pooled(call, x, new AveragePool(kernel, ceil)));
    }
    if (!ceil) {
      call.scope().fold((long) Windows.shape(x).channels() * kernel.taps());
      return List.of(pooled(call, x, mean(Windows.shape(x).channels(), kernel)));
    }
    // Padding that counts is part of the plane.
    Feature wide = zeros(call, x, kernel);
    Kernel2d inside =
        new Kernel2d(
            kernel.height(),
            kernel.width(),
            kernel.strideY(),
            kernel.strideX(),
            kernel.dilationY(),
            kernel.dilationX(),
            0,
            0,
            0,
            0);
    Shape in = Windows.shape(wide);
    Shape wanted = shape(new AveragePool(kernel, ceil), Windows.shape(x));
    Feature all = pooled(call, wide, new AveragePool(inside, ceil));
    Shape made = shape(new AveragePool(inside, ceil), in);
    if (made.equals(wanted)) {
      return List.of(all);
    }
    // A last window that began in the padding behind the plane now counts: it is cut off again.
    int[] dims = all.dims();
    int[] @Nullable [] picked = new int[dims.length][];
    picked[dims.length - 1] = Move.steps(0, 1, wanted.width());
    if (dims.length == 4) {
      picked[2] = Move.steps(0, 1, wanted.height());
    }
    return List.of(call.scope().moved("AveragePool", all, Move.pick(dims, picked), 0));
  }

  /** Where padding counts, every cell counts alike: a depthwise convolution. */
  private static Convolution mean(int channels, Kernel2d kernel) {
    float[] weights = new float[Math.multiplyExact(channels, kernel.taps())];
    Arrays.fill(weights, 1f / kernel.taps());
    return new Convolution(
        Filter.of(Tensor.of(weights, channels, 1, kernel.height(), kernel.width())),
        channels,
        kernel,
        Activation.NONE);
  }

  private static Shape shape(Operator operator, Shape in) throws Refusal {
    try {
      return operator.outputShape(List.of(in));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
  }

  private static Feature zeros(Call call, Feature x, Kernel2d kernel) throws Refusal {
    int[] dims = x.dims();
    int[] @Nullable [] picked = new int[dims.length][];
    picked[dims.length - 1] = around(kernel.left(), dims[dims.length - 1], kernel.right());
    if (dims.length == 4) {
      picked[2] = around(kernel.top(), dims[2], kernel.bottom());
    }
    return call.scope().moved("AveragePool", x, Move.pick(dims, picked), 0);
  }

  private static int[] around(int before, int size, int after) throws Refusal {
    Move.requireFew((long) before + size + after);
    int[] indices = new int[before + size + after];
    Arrays.setAll(indices, i -> i < before || i >= before + size ? Move.OUTSIDE : i - before);
    return indices;
  }

  static List<Datum> maxPool(Call call) throws Refusal {
    call.ignore("storage_order");
    call.requireOutputs(1);
    Feature x = call.feature(0);
    return List.of(pooled(call, x, new MaxPool(kernel(call, x), call.flag("ceil_mode", false))));
  }

  private static Kernel2d kernel(Call call, Feature x) throws Refusal {
    Windows.shape(x);
    if (!call.hasAttribute("kernel_shape")) {
      throw new Refusal("kernel_shape is missing");
    }
    int[] kernel = Windows.pair(call, "kernel_shape", x.rank() - 2, 1, 1, 1 << 15);
    return Windows.kernel(call, x, kernel[0], kernel[1]);
  }

  static List<Datum> globalAveragePool(Call call) throws Refusal {
    Feature x = spatial(call);
    return List.of(pooled(call, x, new GlobalAveragePool()));
  }

  static List<Datum> globalMaxPool(Call call) throws Refusal {
    Feature x = spatial(call);
    return List.of(pooled(call, x, new MaxPool(Kernel2d.whole(Windows.shape(x)), false)));
  }

  private static Feature spatial(Call call) throws Refusal {
    Feature x = call.feature(0);
    Windows.shape(x);
    return x;
  }

  private static Feature pooled(Call call, Feature x, Operator operator) throws Refusal {
    Operand operand = call.scope().operand(x, Windows.shape(x));
    Value value = call.scope().draft().add(call.name(), operator, operand);
    return Feature.of(value, Windows.dims(x, value.shape()));
  }

  // ---- reductions ----

  static List<Datum> mean(Call call) throws Refusal {
    return List.of(reduce(call, call.feature(0), 18, false));
  }

  static List<Datum> sum(Call call) throws Refusal {
    return List.of(total(call, call.feature(0), 13));
  }

  static List<Datum> maximum(Call call) throws Refusal {
    return List.of(reduce(call, call.feature(0), 18, true));
  }

  static List<Datum> minimum(Call call) throws Refusal {
    Feature turned = Arithmetics.line(call, call.feature(0), -1, 0);
    return List.of(Arithmetics.line(call, reduce(call, turned, 18, true), -1, 0));
  }

  /** The axes that an operator names: attributes, or since a version an input. */
  private static Feature reduce(Call call, Feature x, int since, boolean maximum) throws Refusal {
    int rank = x.rank();
    long[] axes = call.integers("axes", 1, since);
    boolean keep = call.flag("keepdims", true);
    boolean nothing = call.flag("noop_with_empty_axes", false);
    if (axes == null || axes.length == 0) {
      if (nothing) {
        return x;
      }
      axes = new long[rank];
      Arrays.setAll(axes, i -> i);
    }
    boolean[] gone = Dims.marked(axes, rank);
    if (rank > 0 && gone[0]) {
      call.requireNotBatch(x, 0);
    }
    return reduced(call, x, gone, keep, maximum);
  }

  /**
   * Returns the mean or the largest over any axes: they go to the end, where they are planes.
   *
   * @throws Refusal if it cannot be
   */
  static Feature reduced(Call call, Feature x, boolean[] gone, boolean keep, boolean maximum)
      throws Refusal {
    int rank = x.rank();
    int[] order = new int[rank];
    int kept = 0;
    int to = 0;
    int elements = 1;
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < rank; i++) {
        if (gone[i] == (pass == 1)) {
          order[to++] = i;
          kept += pass == 0 ? 1 : 0;
          elements *= pass == 0 ? x.dims()[i] : 1;
        }
      }
    }
    int[] left = new int[keep ? rank : kept];
    for (int i = 0, at = 0; i < rank; i++) {
      if (keep) {
        left[i] = gone[i] ? 1 : x.dims()[i];
      } else if (!gone[i]) {
        left[at++] = x.dims()[i];
      }
    }
    Feature sorted =
        isSorted(order)
            ? x
            : call.scope().moved(call.operator(), x, Move.transpose(x.dims(), order), 0);
    int plane = sorted.elements() / elements;
    Shape base = sorted.base().shape();
    Shape natural = Dims.shape(sorted.dims());
    Shape shape =
        sorted.map() == null && base.plane() == plane
            ? base
            : natural.plane() == plane ? natural : new Shape(elements, 1, plane);
    return call.scope()
        .add(
            call.name(),
            left,
            maximum ? new MaxPool(Kernel2d.whole(shape), false) : new GlobalAveragePool(),
            call.scope().operand(sorted, shape));
  }

  private static boolean isSorted(int[] order) {
    for (int i = 0; i < order.length; i++) {
      if (order[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** The root of the sum of the squares. */
  static List<Datum> euclidean(Call call) throws Refusal {
    return List.of(Activations.apply(call, squares(call), Activation.SQUARE_ROOT));
  }

  static List<Datum> sumOfSquares(Call call) throws Refusal {
    return List.of(squares(call));
  }

  static List<Datum> sumOfAbsolutes(Call call) throws Refusal {
    Feature x = call.feature(0);
    return List.of(total(call, Activations.apply(call, x, new Activation.LeakyRelu(-1)), 18));
  }

  private static Feature squares(Call call) throws Refusal {
    Feature x = call.feature(0);
    return total(call, Arithmetics.features(call, x, x, Function.MULTIPLY), 18);
  }

  private static Feature total(Call call, Feature x, int since) throws Refusal {
    Feature mean = reduce(call, x, since, false);
    return Arithmetics.line(call, mean, (float) x.elements() / mean.elements(), 0);
  }

  // ---- softmax ----

  /** Over any axis; before opset 13 over all from that axis on. */
  static List<Datum> softmax(Call call) throws Refusal {
    Feature x = call.feature(0);
    int rank = x.rank();
    boolean old = call.opset() < 13;
    int axis = Dims.axis(call.integer("axis", old ? 1 : -1), rank);
    call.requireNotBatch(x, axis);
    int[] dims = x.dims();
    int outer = (int) Dims.elements(dims, 0, axis);
    int over = old ? (int) Dims.elements(dims, axis, rank) : dims[axis];
    int inner = x.elements() / outer / over;
    Scope scope = call.scope();
    if (outer == 1) {
      Shape natural = Dims.shape(dims);
      Shape shape = natural.channels() == over ? natural : new Shape(over, 1, inner);
      return List.of(scope.add(call.name(), dims, new Softmax(), scope.operand(x, shape)));
    }
    int[] split = {outer, over, inner};
    Feature turned =
        scope.moved("Softmax", x.reshaped("Softmax", split), Move.transpose(split, 1, 0, 2), 0);
    int[] turnedDims = {over, outer, inner};
    Feature made =
        scope.add(
            call.name(),
            turnedDims,
            new Softmax(),
            scope.operand(turned, new Shape(over, outer, inner)));
    return List.of(
        scope
            .moved("Softmax", made, Move.transpose(turnedDims, 1, 0, 2), 0)
            .reshaped("Softmax", dims));
  }
}
