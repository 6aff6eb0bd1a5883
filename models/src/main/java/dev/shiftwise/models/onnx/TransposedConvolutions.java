package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ConvTranspose. Where its windows do not overlap it is a pointwise convolution whose channels
 * become pixels; else a convolution with the kernel turned round, over the input with zeros between
 * its pixels.
 */
final class TransposedConvolutions {
  private final Call call;
  private final Feature x;
  private final Constant weight;
  private final @Nullable Tensor bias;
  private final int groups;
  private final int inputs;
  private final int outputs;
  private final Axis rows;
  private final Axis columns;

  /**
   * One direction in space.
   *
   * @param from size of the input
   * @param to size of the result
   * @param kernel taps
   * @param stride pixels of the result from one pixel of the input to the next
   * @param dilation pixels of the result from one tap to the next
   * @param before pixels of the result that are cut off at the front
   */
  private record Axis(int from, int to, int kernel, int stride, int dilation, int before) {

    boolean isTiled() {
      return stride == kernel && dilation == 1 && before == 0 && to == from * kernel;
    }

    int reach() {
      return (kernel - 1) * dilation;
    }

    /** Zeros before the first pixel. */
    int front() {
      return reach() - before;
    }

    /** Zeros behind the last pixel. */
    int back() {
      return to + before - from;
    }

    /** Whether the zeros are the padding of a convolution. */
    boolean isPadded() {
      return stride == 1 && front() >= 0 && back() >= 0;
    }

    /** The input's pixels with zeros between and around them. */
    int[] spread() throws Refusal {
      Move.requireFew((long) to + reach());
      int[] indices = new int[to + reach()];
      Arrays.setAll(
          indices,
          i -> {
            int at = i - front();
            boolean inside = at >= 0 && at % stride == 0 && at / stride < from;
            return inside ? at / stride : Move.OUTSIDE;
          });
      return indices;
    }
  }

  private TransposedConvolutions(Call call) throws Refusal {
    this.call = call;
    this.x = call.feature(0);
    this.weight = call.constant(1);
    Shape in = Windows.shape(x);
    this.inputs = in.channels();
    int[] sizes = weight.dims();
    if (sizes.length != x.rank() || weight.elements() == 0 || sizes[0] != inputs) {
      throw new Refusal(
          "its weight has dimensions "
              + Dims.text(sizes)
              + ", wanted "
              + x.rank()
              + " of them, the first "
              + inputs);
    }
    long stated = call.integer("group", 1);
    if (stated < 1 || inputs % stated != 0) {
      throw Call.refused("group", stated, "a divisor of " + inputs + " channels");
    }
    this.groups = (int) stated;
    this.outputs = Math.multiplyExact(sizes[1], groups);
    Constant biases = call.optional(2);
    if (biases != null && biases.elements() != outputs) {
      throw new Refusal("its bias has " + biases.elements() + " elements, wanted " + outputs);
    }
    this.bias = biases == null ? null : biases.tensor(outputs);
    int spatial = x.rank() - 2;
    int height = spatial == 2 ? sizes[2] : 1;
    int width = sizes[sizes.length - 1];
    Windows.requireKernelShape(call, spatial, height, width);
    int[] strides = Windows.pair(call, "strides", spatial, 1, 1, Windows.LARGEST);
    int[] dilations = Windows.pair(call, "dilations", spatial, 1, 1, Windows.LARGEST);
    int[] more = Windows.pair(call, "output_padding", spatial, 0, 0, Windows.LARGEST);
    int[] stat = Windows.pair(call, "output_shape", spatial, 0, 1, Windows.LARGEST);
    int[] pads = Windows.pads(call, spatial);
    String auto = call.text("auto_pad", "NOTSET");
    this.rows = axis(0, in.height(), height, strides, dilations, more, stat, pads, auto);
    this.columns = axis(1, in.width(), width, strides, dilations, more, stat, pads, auto);
    Dims.elements(outputs, rows.to() + rows.reach(), columns.to() + columns.reach());
    Dims.elements(inputs, rows.to() + rows.reach(), columns.to() + columns.reach());
    call.scope().turn(weight.elements());
  }

  private static Axis axis(
      int i,
      int from,
      int kernel,
      int[] strides,
      int[] dilations,
      int[] more,
      int[] stated,
      int[] pads,
      String auto)
      throws Refusal {
    long all = (long) strides[i] * (from - 1) + more[i] + (kernel - 1L) * dilations[i] + 1;
    boolean same = auto.equals("SAME_UPPER") || auto.equals("SAME_LOWER");
    long to;
    long before;
    if (same || stated[i] > 0) {
      to = stated[i] > 0 ? stated[i] : (long) from * strides[i];
      long cut = Math.max(0, all - to);
      if (!same && cut % 2 != 0) {
        // The standard's versions say it the one way and the other.
        throw Call.refused("output_shape", stated[i], "one that cuts off as much at both ends");
      }
      before = auto.equals("SAME_LOWER") ? cut - cut / 2 : cut / 2;
    } else {
      boolean valid = auto.equals("VALID");
      if (!valid && !auto.equals("NOTSET") && !auto.isEmpty()) {
        throw Call.refused("auto_pad", auto, "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
      }
      before = valid ? 0 : pads[i];
      to = all - before - (valid ? 0 : pads[i + 2]);
    }
    if (to < 1 || Math.max(to, all) > Dims.MOST_ELEMENTS) {
      throw new Refusal("its result has " + to + " rows or columns, wanted 1 to 2^27");
    }
    return new Axis(from, (int) to, kernel, strides[i], dilations[i], (int) before);
  }

  static List<Datum> map(Call call) throws Refusal {
    TransposedConvolutions convolution = new TransposedConvolutions(call);
    boolean tiled = convolution.rows.isTiled() && convolution.columns.isTiled();
    return List.of(tiled ? convolution.tiled() : convolution.turned());
  }

  /** A channel for each tap, and then each of them a pixel. */
  private Feature tiled() throws Refusal {
    int taps = rows.kernel() * columns.kernel();
    int each = inputs / groups;
    float[] to = placed(taps, each, (output, input, tap) -> (output * taps + tap) * each + input);
    float[] shift = new float[outputs * taps];
    for (int i = 0; i < shift.length && bias != null; i++) {
      shift[i] = bias.get(i / taps);
    }
    Filter filter =
        new Filter(
            Tensor.of(to, (long) outputs * taps, each),
            bias == null ? null : Tensor.of(shift, shift.length),
            null);
    Scope scope = call.scope();
    Value value =
        scope
            .draft()
            .add(
                call.name(),
                new PointwiseConvolution(filter, groups, 1, Activation.NONE),
                scope.operand(x, Windows.shape(x)));
    int[] split = {1, outputs, rows.kernel(), columns.kernel(), rows.from(), columns.from()};
    return scope
        .moved(
            call.operator(), Feature.of(value, split), Move.transpose(split, 0, 1, 4, 2, 5, 3), 0)
        .reshaped(call.operator(), Windows.dims(x, new Shape(outputs, rows.to(), columns.to())));
  }

  /** Where the weight of an output, of an input in its group and of a tap goes. */
  @FunctionalInterface
  private interface Place {
    int of(int output, int input, int tap);
  }

  /** Returns the weights, which stand input by input, in another order. */
  private float[] placed(int taps, int each, Place place) throws Refusal {
    Tensor from = weight.tensor(weight.elements());
    int outputsOfGroup = outputs / groups;
    float[] to = new float[weight.elements()];
    for (int i = 0; i < to.length; i++) {
      int input = i / taps / outputsOfGroup;
      int output = input / each * outputsOfGroup + i / taps % outputsOfGroup;
      to[place.of(output, input % each, i % taps)] = from.get(i);
    }
    return to;
  }

  private Feature turned() throws Refusal {
    int taps = rows.kernel() * columns.kernel();
    int each = inputs / groups;
    float[] to =
        placed(taps, each, (output, input, tap) -> (output * each + input + 1) * taps - 1 - tap);
    Filter filter =
        new Filter(Tensor.of(to, outputs, each, rows.kernel(), columns.kernel()), bias, null);
    Scope scope = call.scope();
    boolean padded = rows.isPadded() && columns.isPadded();
    Kernel2d kernel =
        new Kernel2d(
            rows.kernel(),
            columns.kernel(),
            1,
            1,
            rows.dilation(),
            columns.dilation(),
            padded ? rows.front() : 0,
            padded ? columns.front() : 0,
            padded ? rows.back() : 0,
            padded ? columns.back() : 0);
    Feature wide = padded ? x : spread();
    Value value =
        scope
            .draft()
            .add(
                call.name(),
                new Convolution(filter, groups, kernel, Activation.NONE),
                scope.operand(wide, Windows.shape(wide)));
    return Feature.of(value, Windows.dims(x, value.shape()));
  }

  private Feature spread() throws Refusal {
    int rank = x.rank();
    int[] @Nullable [] picked = new int[rank][];
    picked[rank - 1] = columns.spread();
    if (rank == 4) {
      picked[2] = rows.spread();
    }
    return call.scope().moved(call.operator(), x, Move.pick(x.dims(), picked), 0);
  }
}
