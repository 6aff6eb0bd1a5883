package dev.shiftwise.models.onnx;

import dev.shiftwise.tensor.Tensor;
import java.util.List;

/**
 * Batch normalisation of constants: how PyTorch's exporters write weights that are standardised. By
 * mean and variance that the graph computes, or in training mode by those of the constant itself.
 */
final class ConstantNorms {
  private ConstantNorms() {}

  static List<Datum> batch(Call call) throws Refusal {
    Constant from = call.constant(0);
    float epsilon = Convolutions.normEpsilon(call, from.rank());
    Tensor values = from.tensor(from.elements());
    Tensor[] parts = Convolutions.normParts(call, from.dims()[1]);
    Channels channels = new Channels(from.dims());
    boolean isByItself = Convolutions.normsByItself(call);
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
