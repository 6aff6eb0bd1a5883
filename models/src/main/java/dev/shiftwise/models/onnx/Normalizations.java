package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Arithmetic.Function;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Normalisation by the image's own mean and deviation, and softmax as a logarithm: made of means,
 * differences, products and roots.
 */
final class Normalizations {
  private static final float EPSILON = 1e-5f;

  private Normalizations() {}

  /** What is normalised, and by what. */
  private record Normal(Feature values, Feature mean, Feature deviation) {}

  /** Over the last dimensions from one on. */
  static List<Datum> layer(Call call) throws Refusal {
    call.ignore("stash_type");
    Feature x = call.feature(0);
    int axis = Dims.axis(call.integer("axis", -1), x.rank());
    float epsilon = call.real("epsilon", EPSILON);
    call.requireNotBatch(x, axis);
    boolean isAlone = call.outputs() == 1;
    Feature made = isAlone && axis == x.rank() - 1 ? overChannels(call, x, epsilon) : null;
    if (made != null) {
      return List.of(scaled(call, made));
    }
    Normal normal = normalised(call, x, axis, epsilon);
    Datum values = scaled(call, normal.values);
    return isAlone
        ? List.of(values)
        : List.of(values, normal.mean, Arithmetics.reciprocal(call, normal.deviation));
  }

  /** Over each plane. */
  static List<Datum> instance(Call call) throws Refusal {
    Feature x = call.feature(0);
    requireChannels(x);
    Normal made = normalised(call, x, 2, call.real("epsilon", EPSILON));
    return List.of(perChannel(call, made.values, 1));
  }

  /** Over groups of channels; before opset 21 scale and shift are the groups'. */
  static List<Datum> group(Call call) throws Refusal {
    call.ignore("stash_type");
    Feature x = call.feature(0);
    requireChannels(x);
    int[] dims = x.dims();
    long groups = call.integer("num_groups", 0);
    if (groups < 1 || groups > dims[1] || dims[1] % groups != 0) {
      throw Call.refused("num_groups", groups, "a divisor of " + dims[1] + " channels");
    }
    int each = x.elements() / (dims[0] * (int) groups);
    Feature split = x.reshaped(call.operator(), dims[0], (int) groups, each);
    Feature made = normalised(call, split, 2, call.real("epsilon", EPSILON)).values;
    int repeats = call.opset() < 21 ? dims[1] / (int) groups : 1;
    return List.of(perChannel(call, made.reshaped(call.operator(), dims), repeats));
  }

  private static void requireChannels(Feature x) throws Refusal {
    if (x.rank() < 3) {
      throw new Refusal("its input has " + x.rank() + " dimensions, wanted at least 3");
    }
  }

  /** {@code (x - mean) / sqrt(variance + epsilon)}, both over the dimensions from one on. */
  private static Normal normalised(Call call, Feature x, int from, float epsilon) throws Refusal {
    boolean[] gone = new boolean[x.rank()];
    Arrays.fill(gone, from, gone.length, true);
    Feature mean = Poolings.reduced(call, x, gone, true, false);
    Feature rest = Arithmetics.features(call, x, mean, Function.SUBTRACT);
    Feature square = Arithmetics.features(call, rest, rest, Function.MULTIPLY);
    Feature variance = Poolings.reduced(call, square, gone, true, false);
    Feature deviation =
        Activations.apply(
            call, Arithmetics.line(call, variance, 1, epsilon), Activation.SQUARE_ROOT);
    return new Normal(
        Arithmetics.features(call, rest, deviation, Function.DIVIDE), mean, deviation);
  }

  /**
   * Where the last dimension is the channels of the value itself, moved there by a transpose: the
   * means are pointwise convolutions, and nothing has to be moved.
   */
  private static @Nullable Feature overChannels(Call call, Feature x, float epsilon)
      throws Refusal {
    int[] map = x.map();
    Value base = x.base();
    int channels = base.shape().channels();
    int plane = (int) base.shape().plane();
    if (map == null || !x.isPermutation() || x.dims()[x.rank() - 1] != channels) {
      return null;
    }
    for (int i = 0; i < map.length; i++) {
      if (map[i] != map[i - i % channels] + i % channels * plane) {
        return null;
      }
    }
    Draft draft = call.scope().draft();
    float[] shares = new float[channels];
    Arrays.fill(shares, 1f / channels);
    Tensor weight = Tensor.of(shares, 1, channels);
    Value mean =
        draft.add(
            call.name() + ".mean", PointwiseConvolution.of(Filter.of(weight)), Operand.of(base));
    Value rest =
        draft.add(
            call.name() + ".rest",
            new Arithmetic(Function.SUBTRACT, Activation.NONE),
            Operand.of(base),
            Operand.of(mean));
    Value square =
        draft.add(
            call.name() + ".square", Arithmetic.multiply(), Operand.of(rest), Operand.of(rest));
    Value deviation =
        draft.add(
            call.name() + ".deviation",
            PointwiseConvolution.of(new Filter(weight, Tensor.of(new float[] {epsilon}, 1), null))
                .withActivation(Activation.SQUARE_ROOT),
            Operand.of(square));
    return x.over(
        draft.add(
            call.name(),
            new Arithmetic(Function.DIVIDE, Activation.NONE),
            Operand.of(rest),
            Operand.of(deviation)));
  }

  private static Datum scaled(Call call, Datum normal) throws Refusal {
    Datum made = normal;
    if (call.has(1)) {
      made = Arithmetics.join(call, made, call.constant(1), Function.MULTIPLY);
    }
    return call.has(2) ? Arithmetics.join(call, made, call.constant(2), Function.ADD) : made;
  }

  private static Datum perChannel(Call call, Feature normal, int repeats) throws Refusal {
    Constant scale = channels(call, normal, call.constant(1), repeats);
    Constant shift = channels(call, normal, call.constant(2), repeats);
    Datum made = Arithmetics.join(call, normal, scale, Function.MULTIPLY);
    return Arithmetics.join(call, made, shift, Function.ADD);
  }

  private static Constant channels(Call call, Feature x, Constant each, int repeats)
      throws Refusal {
    if (each.rank() != 1 || each.elements() * repeats != x.dims()[1]) {
      throw new Refusal(
          "a constant of " + Dims.text(each.dims()) + " does not fit " + Dims.text(x.dims()));
    }
    call.scope().fold(x.dims()[1]);
    int[] picked = new int[x.dims()[1]];
    Arrays.setAll(picked, i -> i / repeats);
    int[] dims = new int[x.rank() - 1];
    Arrays.fill(dims, 1);
    dims[0] = picked.length;
    return each.moved(Move.pick(each.dims(), 0, picked), 0).reshaped(dims);
  }

  /**
   * {@code x - max - log(sum(exp(x - max)))}, over an axis; before opset 13 over all from it on.
   */
  static List<Datum> logSoftmax(Call call) throws Refusal {
    Feature x = call.feature(0);
    boolean old = call.opset() < 13;
    int axis = Dims.axis(call.integer("axis", old ? 1 : -1), x.rank());
    call.requireNotBatch(x, axis);
    boolean[] gone = new boolean[x.rank()];
    Arrays.fill(gone, axis, old ? gone.length : axis + 1, true);
    Feature most = Poolings.reduced(call, x, gone, true, true);
    Feature rest = Arithmetics.features(call, x, most, Function.SUBTRACT);
    Feature powers = Functions.exponential(call, rest);
    Feature mean = Poolings.reduced(call, powers, gone, true, false);
    Feature sum = Arithmetics.line(call, mean, (float) powers.elements() / mean.elements(), 0);
    Feature log = Activations.apply(call, sum, Activation.LOGARITHM);
    return List.of(Arithmetics.features(call, rest, log, Function.SUBTRACT));
  }
}
