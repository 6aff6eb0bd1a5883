package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Convolution with constant weights. */
final class Convolutions {
  private Convolutions() {}

  static List<Datum> convolution(Call call) throws Refusal {
    Feature x = call.feature(0);
    Constant weight = call.constant(1);
    Constant bias = call.optional(2);
    Shape in = Windows.shape(x);
    int[] sizes = weight.dims();
    if (sizes.length != x.rank() || weight.elements() == 0) {
      throw new Refusal(
          "its weight has dimensions " + Dims.text(sizes) + ", wanted " + x.rank() + " of them");
    }
    int outputs = sizes[0];
    int height = sizes.length == 4 ? sizes[2] : 1;
    int width = sizes[sizes.length - 1];
    Windows.requireKernelShape(call, x.rank() - 2, height, width);
    long groups = call.integer("group", 1);
    if (groups < 1 || in.channels() % groups != 0 || outputs % groups != 0) {
      throw Call.refused(
          "group", groups, "a divisor of " + in.channels() + " and " + outputs + " channels");
    }
    if ((long) sizes[1] * groups != in.channels()) {
      throw new Refusal(
          "its weight has dimensions "
              + Dims.text(sizes)
              + ", wanted "
              + in.channels() / groups
              + " input channels in each of "
              + groups
              + " groups");
    }
    if (bias != null && bias.elements() != outputs) {
      throw new Refusal("its bias has " + bias.elements() + " elements, wanted " + outputs);
    }
    Kernel2d kernel = Windows.kernel(call, x, height, width);
    Tensor weights = weight.tensor(outputs, sizes[1], height, width);
    Tensor biases = bias == null ? null : bias.tensor(outputs);
    if (groups == in.channels() && groups == outputs) {
      Feature shifted = shifted(call, x, weights, biases, kernel);
      if (shifted != null) {
        return List.of(shifted);
      }
    }
    return List.of(
        isPointwise(kernel)
            ? pointwise(call, x, in, weights, biases, kernel, (int) groups)
            : windowed(call, x, in, new Filter(weights, biases, null), kernel, (int) groups));
  }

  private static boolean isPointwise(Kernel2d kernel) {
    return kernel.height() == 1
        && kernel.width() == 1
        && kernel.strideY() == kernel.strideX()
        && kernel.top() + kernel.left() + kernel.bottom() + kernel.right() == 0;
  }

  private static Feature windowed(
      Call call, Feature x, Shape in, Filter filter, Kernel2d kernel, int groups) throws Refusal {
    Operand operand = call.scope().operand(x, in);
    Value value =
        call.scope()
            .draft()
            .add(call.name(), new Convolution(filter, groups, kernel, Activation.NONE), operand);
    return Feature.of(value, Windows.dims(x, value.shape()));
  }

  private static Feature pointwise(
      Call call,
      Feature x,
      Shape in,
      Tensor weights,
      @Nullable Tensor biases,
      Kernel2d kernel,
      int groups)
      throws Refusal {
    int outputs = Math.toIntExact(weights.dimensions().getFirst());
    int each = in.channels() / groups;
    Tensor matrix = new Tensor(weights.data(), List.of((long) outputs, (long) each));
    Operand operand = null;
    if (groups == 1) {
      float[] permuted = permuted(call, x, in, matrix);
      if (permuted != null) {
        matrix = Tensor.of(permuted, outputs, each);
        operand = Operand.of(x.base());
        call.scope().views().note(x, "channels in another order, in the weights of " + call.name());
      }
    }
    if (operand == null) {
      operand = call.scope().operand(x, in);
    }
    Value value =
        call.scope()
            .draft()
            .add(
                call.name(),
                new PointwiseConvolution(
                    new Filter(matrix, biases, null), groups, kernel.strideY(), Activation.NONE),
                operand);
    return Feature.of(value, Windows.dims(x, value.shape()));
  }

  /** The weights for the value as it stands, if its channels are only read in another order. */
  private static float @Nullable [] permuted(Call call, Feature x, Shape in, Tensor matrix)
      throws Refusal {
    int[] map = x.map();
    if (map == null || !x.base().shape().equals(in) || !call.scope().follow(map.length)) {
      return null;
    }
    int[] planes = Recognition.planes(map, (int) in.plane());
    if (planes == null || Recognition.steps(in, in, map, false) != null) {
      return null;
    }
    boolean[] seen = new boolean[planes.length];
    for (int plane : planes) {
      if (seen[plane]) {
        return null;
      }
      seen[plane] = true;
    }
    call.scope().turn(matrix.elements());
    float[] weights = matrix.toArray();
    float[] permuted = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      int c = i % planes.length;
      permuted[i - c + planes[c]] = weights[i];
    }
    return permuted;
  }

  /** A depthwise convolution whose kernels have one 1 each only moves planes. */
  private static @Nullable Feature shifted(
      Call call, Feature x, Tensor weights, @Nullable Tensor biases, Kernel2d kernel)
      throws Refusal {
    int channels = Math.toIntExact(weights.dimensions().getFirst());
    int[] taps = taps(weights, channels, kernel.taps());
    if (taps == null || (biases != null && !isZero(biases))) {
      return null;
    }
    Shape in = Windows.shape(x);
    Shape out;
    try {
      out =
          new Convolution(Filter.of(weights), channels, kernel, Activation.NONE)
              .outputShape(List.of(in));
    } catch (IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()));
    }
    int[] own = x.map();
    boolean otherFill = own != null && Float.floatToRawIntBits(x.fill()) != 0;
    if (otherFill || !call.scope().follow(out.elements())) {
      return null;
    }
    int[] map = new int[(int) out.elements()];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      int dy = taps[c] / kernel.width() * kernel.dilationY() - kernel.top();
      int dx = taps[c] % kernel.width() * kernel.dilationX() - kernel.left();
      for (int i = 0; i < out.height(); i++) {
        for (int j = 0; j < out.width(); j++) {
          int y = i * kernel.strideY() + dy;
          int column = j * kernel.strideX() + dx;
          boolean inside = y >= 0 && y < in.height() && column >= 0 && column < in.width();
          int source = (c * in.height() + y) * in.width() + column;
          map[at++] = !inside ? Move.OUTSIDE : own == null ? source : own[source];
        }
      }
    }
    return x.mapped("one-hot depthwise Conv", Windows.dims(x, out), map, 0);
  }

  private static boolean isZero(Tensor values) {
    for (long i = 0; i < values.elements(); i++) {
      if (values.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The tap that is 1 in each channel, if all others are 0. */
  private static int @Nullable [] taps(Tensor weights, int channels, int each) {
    int[] taps = new int[channels];
    Arrays.fill(taps, -1);
    for (int i = 0; i < channels * each; i++) {
      float weight = weights.get(i);
      if (weight != 0) {
        if (weight != 1 || taps[i / each] >= 0) {
          return null;
        }
        taps[i / each] = i % each;
      }
    }
    return Arrays.stream(taps).anyMatch(tap -> tap < 0) ? null : taps;
  }
}
