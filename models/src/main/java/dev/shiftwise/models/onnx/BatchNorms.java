package dev.shiftwise.models.onnx;

import dev.shiftwise.network.BatchNorm;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Batch normalisation of feature maps, and of constants. */
final class BatchNorms {
  private BatchNorms() {}

  static List<Datum> ofFeature(Call call) throws Refusal {
    Feature x = call.feature(0);
    if (isByItself(call)) {
      throw new Refusal("it is in training mode");
    }
    float epsilon = epsilon(call, x.rank());
    int[] dims = new int[x.rank()];
    Arrays.fill(dims, 1);
    dims[1] = x.dims()[1];
    Tensor[] parts = parts(call, dims[1]);
    PerChannel channels = PerChannel.of(call, x, dims);
    return List.of(
        channels.normalised(
            new BatchNorm(
                channels.spread(parts[0]),
                channels.spread(parts[1]),
                channels.spread(parts[2]),
                channels.spread(parts[3]),
                // Too small to be seen beside any variance, since 0 is refused.
                epsilon == 0 ? Double.MIN_NORMAL : epsilon)));
  }

  /**
   * How PyTorch's exporters write weights that are standardised: by mean and variance that the
   * graph computes, or in training mode by those of the constant itself.
   */
  static List<Datum> ofConstant(Call call) throws Refusal {
    Constant from = call.constant(0);
    float epsilon = epsilon(call, from.rank());
    Tensor values = from.tensor(from.elements());
    Tensor[] parts = parts(call, from.dims()[1]);
    Channels channels = new Channels(from.dims());
    boolean isByItself = isByItself(call);
    call.scope().turn(isByItself ? 2L * from.elements() : 0);
    call.scope().fold(from.elements());
    double[] mean = isByItself ? channels.mean(values) : doubles(parts[2]);
    double[] variance = isByItself ? channels.variance(values, mean) : doubles(parts[3]);
    float[] made = new float[from.elements()];
    for (int i = 0; i < made.length; i++) {
      int c = channels.of(i);
      double scale = parts[0].get(c) / Math.sqrt(variance[c] + epsilon);
      made[i] = (float) ((values.get(i) - mean[c]) * scale + parts[1].get(c));
    }
    return List.of(Constant.ofFloats(ElementKind.FLOAT, from.dims(), made));
  }

  /**
   * Returns whether a batch normalisation is by the mean and variance of what it normalises.
   *
   * @throws Refusal if that is not said in a way that is known
   */
  private static boolean isByItself(Call call) throws Refusal {
    return call.flag("training_mode", false) || (call.opset() < 7 && !call.flag("is_test", false));
  }

  /**
   * Returns epsilon of a batch normalisation.
   *
   * @throws Refusal if it asks for more than the normalised values of channels
   */
  private static float epsilon(Call call, int rank) throws Refusal {
    call.ignore("momentum", "consumed_inputs");
    call.requireOutputs(1);
    if (call.opset() < 9 && !call.flag("spatial", true)) {
      throw new Refusal("spatial is 0, wanted 1");
    }
    if (rank < 2) {
      throw new Refusal("its input has " + rank + " dimensions, wanted 2 or more");
    }
    float epsilon = call.real("epsilon", 1e-5f);
    if (!(epsilon >= 0) || !Float.isFinite(epsilon)) {
      throw Call.refused("epsilon", epsilon, "0 or more");
    }
    return epsilon;
  }

  /**
   * Returns scale, shift, mean and variance of a batch normalisation.
   *
   * @throws Refusal if they are not one number a channel each
   */
  private static Tensor[] parts(Call call, int channels) throws Refusal {
    Tensor[] parts = new Tensor[4];
    for (int i = 0; i < parts.length; i++) {
      Constant part = call.constant(i + 1);
      if (part.elements() != channels) {
        throw new Refusal(
            "input " + (i + 1) + " has " + part.elements() + " elements, wanted " + channels);
      }
      parts[i] = part.tensor(channels);
    }
    return parts;
  }

  private static double[] doubles(Tensor values) {
    double[] doubles = new double[(int) values.elements()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values.get(i);
    }
    return doubles;
  }

  /** The channels of dimensions whose second one counts them. */
  private static final class Channels {
    private final int count;
    private final int each;
    private final double share;

    Channels(int[] dims) {
      this.count = dims[1];
      this.each = (int) Dims.elements(dims, 2, dims.length);
      this.share = 1.0 / ((double) dims[0] * each);
    }

    int of(int element) {
      return element / each % count;
    }

    double[] mean(Tensor values) {
      double[] mean = new double[count];
      for (int i = 0; i < values.elements(); i++) {
        mean[of(i)] += values.get(i) * share;
      }
      return mean;
    }

    double[] variance(Tensor values, double[] mean) {
      double[] variance = new double[count];
      for (int i = 0; i < values.elements(); i++) {
        double rest = values.get(i) - mean[of(i)];
        variance[of(i)] += rest * rest * share;
      }
      return variance;
    }
  }
}
