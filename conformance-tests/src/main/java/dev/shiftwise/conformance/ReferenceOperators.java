package dev.shiftwise.conformance;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.BatchNorm;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import java.util.List;

/** The operators of SPEC section 3 on dense images in double precision, with their error bounds. */
final class ReferenceOperators {
  private ReferenceOperators() {}

  static RealImage apply(Operator operator, List<RealImage> in, Shape out) {
    RealImage x = in.getFirst();
    return switch (operator) {
      case PointwiseConvolution convolution -> pointwise(convolution, in, out);
      case Convolution convolution -> convolution(convolution, x, out);
      case Dense(Filter filter, Activation activation) -> dense(filter, activation, x, out);
      case AveragePool(Kernel2d kernel, boolean _) -> average(kernel, x, out);
      case GlobalAveragePool _ -> average(Kernel2d.whole(x.shape()), x, out);
      case MaxPool(Kernel2d kernel, boolean _) -> maximum(kernel, x, out);
      case Arithmetic arithmetic -> ReferencePlanes.arithmetic(arithmetic, x, in.get(1), out);
      case Activate(Activation activation) -> activate(activation, x, out);
      case Rearrange rearrange -> ReferencePlanes.rearrange(rearrange, x, out);
      case Resize(Resize.Axis rows, Resize.Axis columns) ->
          ReferencePlanes.resize(rows, columns, x, out);
      case Softmax _ -> softmax(x, out);
      case ChannelShuffle(int groups) -> shuffle(groups, x, out);
      case Concat _ -> RealImage.joined(out, in);
      case Copy _ -> x;
    };
  }

  /** {@code z = bias[o] + sum of w[o, c] * x[group(o) * n + c, i * t, j * t] + residual}. */
  private static RealImage pointwise(PointwiseConvolution op, List<RealImage> in, Shape out) {
    RealImage x = in.getFirst();
    Weights weights = new Weights(op.filter());
    int n = x.shape().channels() / op.groups();
    int outputsOfGroup = out.channels() / op.groups();
    Sums sums = new Sums(out, op.activation(), weights.areWhole() && areWhole(in));
    for (int o = 0; o < out.channels(); o++) {
      for (int i = 0; i < out.height(); i++) {
        for (int j = 0; j < out.width(); j++) {
          sums.start();
          sums.add(weights.bias(o), 1, 0);
          for (int c = 0; c < n; c++) {
            int channel = o / outputsOfGroup * n + c;
            sums.add(
                weights.weight(o, c),
                x.value(channel, i * op.stride(), j * op.stride()),
                x.bound(channel, i * op.stride(), j * op.stride()));
          }
          if (in.size() == 2) {
            sums.add(1, in.get(1).value(o, i, j), in.get(1).bound(o, i, j));
          }
          sums.end(n);
        }
      }
    }
    return sums.image();
  }

  /** As ONNX's Conv: outside the plane stands +0. */
  private static RealImage convolution(Convolution op, RealImage x, Shape out) {
    Kernel2d k = op.kernel();
    Weights weights = new Weights(op.filter());
    int n = x.shape().channels() / op.groups();
    int outputsOfGroup = out.channels() / op.groups();
    Sums sums = new Sums(out, op.activation(), weights.areWhole() && x.isWhole());
    for (int o = 0; o < out.channels(); o++) {
      for (int i = 0; i < out.height(); i++) {
        for (int j = 0; j < out.width(); j++) {
          sums.start();
          sums.add(weights.bias(o), 1, 0);
          for (int c = 0; c < n; c++) {
            int channel = o / outputsOfGroup * n + c;
            for (int ky = 0; ky < k.height(); ky++) {
              for (int kx = 0; kx < k.width(); kx++) {
                int y = i * k.strideY() - k.top() + ky * k.dilationY();
                int column = j * k.strideX() - k.left() + kx * k.dilationX();
                if (isInside(x.shape(), y, column)) {
                  sums.add(
                      weights.weight(o, (c * k.height() + ky) * k.width() + kx),
                      x.value(channel, y, column),
                      x.bound(channel, y, column));
                }
              }
            }
          }
          sums.end(n * k.taps());
        }
      }
    }
    return sums.image();
  }

  /** {@code z[o] = bias[o] + sum over the ring of w[o, j] * x[j]}. */
  private static RealImage dense(Filter filter, Activation activation, RealImage x, Shape out) {
    Weights weights = new Weights(filter);
    int n = Math.toIntExact(x.shape().elements());
    Sums sums = new Sums(out, activation, weights.areWhole() && x.isWhole());
    for (int o = 0; o < out.channels(); o++) {
      sums.start();
      sums.add(weights.bias(o), 1, 0);
      for (int j = 0; j < n; j++) {
        sums.add(weights.weight(o, j), x.value(j), x.bound(j));
      }
      sums.end(n);
    }
    return sums.image();
  }

  /** The sum of the cells inside the map over their number. */
  private static RealImage average(Kernel2d k, RealImage x, Shape out) {
    Sums sums = new Sums(out, Activation.NONE, false);
    for (int c = 0; c < out.channels(); c++) {
      for (int i = 0; i < out.height(); i++) {
        for (int j = 0; j < out.width(); j++) {
          int cells = 0;
          for (int tap = 0; tap < k.taps(); tap++) {
            cells += isInside(x.shape(), row(k, i, tap), column(k, j, tap)) ? 1 : 0;
          }
          sums.start();
          for (int tap = 0; tap < k.taps(); tap++) {
            int y = row(k, i, tap);
            int column = column(k, j, tap);
            if (isInside(x.shape(), y, column)) {
              sums.add(1.0 / cells, x.value(c, y, column), x.bound(c, y, column));
            }
          }
          sums.end(cells);
        }
      }
    }
    return sums.image();
  }

  /** The largest of the cells inside the map; NaN if one of them is. */
  private static RealImage maximum(Kernel2d k, RealImage x, Shape out) {
    double[] values = new double[Math.toIntExact(out.elements())];
    double[] bounds = new double[values.length];
    int at = 0;
    for (int c = 0; c < out.channels(); c++) {
      for (int i = 0; i < out.height(); i++) {
        for (int j = 0; j < out.width(); j++, at++) {
          values[at] = Double.NEGATIVE_INFINITY;
          for (int tap = 0; tap < k.taps(); tap++) {
            int y = row(k, i, tap);
            int column = column(k, j, tap);
            if (isInside(x.shape(), y, column)) {
              values[at] = Math.max(values[at], x.value(c, y, column));
              bounds[at] = Math.max(bounds[at], x.bound(c, y, column));
            }
          }
        }
      }
    }
    return new RealImage(out, values, bounds, null);
  }

  private static RealImage activate(Activation activation, RealImage x, Shape out) {
    Sums sums = new Sums(out, activation, x.isWhole());
    for (int i = 0; i < out.elements(); i++) {
      sums.start();
      sums.add(1, x.value(i), x.bound(i));
      sums.end(0);
    }
    return sums.image();
  }

  /** {@code exp(x[c]) / sum of exp(x[k])} at each pixel, less the largest for stability. */
  private static RealImage softmax(RealImage x, Shape out) {
    double[] values = new double[Math.toIntExact(out.elements())];
    double[] bounds = new double[values.length];
    for (int y = 0; y < out.height(); y++) {
      for (int column = 0; column < out.width(); column++) {
        double largest = Double.NEGATIVE_INFINITY;
        double off = 0;
        for (int c = 0; c < out.channels(); c++) {
          largest = Math.max(largest, x.value(c, y, column));
          off = Math.max(off, x.bound(c, y, column));
        }
        double sum = 0;
        for (int c = 0; c < out.channels(); c++) {
          sum += Math.exp(x.value(c, y, column) - largest);
        }
        for (int c = 0; c < out.channels(); c++) {
          double below = x.value(c, y, column) - largest;
          int i = x.index(c, y, column);
          values[i] = Math.exp(below) / sum;
          double relative =
              2 * (out.channels() + 32) * Bounds.EPS * (1 + Math.min(128, -below))
                  + Math.expm1(2 * off);
          bounds[i] = relative * values[i] + Bounds.FLUSHED;
        }
      }
    }
    return new RealImage(out, values, bounds, null);
  }

  /** SHUFFLE-01: with {@code n = C / g}, {@code out[i * g + k] = in[k * n + i]}. */
  private static RealImage shuffle(int groups, RealImage x, Shape out) {
    int n = out.channels() / groups;
    return x.moved(out, (c, y, column) -> x.index(c % groups * n + c / groups, y, column));
  }

  private static int row(Kernel2d k, int i, int tap) {
    return i * k.strideY() - k.top() + tap / k.width() * k.dilationY();
  }

  private static int column(Kernel2d k, int j, int tap) {
    return j * k.strideX() - k.left() + tap % k.width() * k.dilationX();
  }

  private static boolean isInside(Shape shape, int y, int x) {
    return y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
  }

  private static boolean areWhole(List<RealImage> images) {
    return images.stream().allMatch(RealImage::isWhole);
  }

  /** Weights and bias with the batch normalisation of NET-01, never rounded. */
  private static final class Weights {
    private final float[] weight;
    private final float[] bias;
    private final double[] scale;
    private final double[] shift;
    private final int each;

    Weights(Filter filter) {
      int outputs = filter.outputs();
      weight = filter.weight().toArray();
      bias = filter.bias() == null ? new float[outputs] : filter.bias().toArray();
      each = weight.length / outputs;
      scale = new double[outputs];
      shift = new double[outputs];
      BatchNorm norm = filter.norm();
      for (int o = 0; o < outputs; o++) {
        scale[o] =
            norm == null
                ? 1
                : norm.gamma().get(o) / Math.sqrt(norm.variance().get(o) + norm.epsilon());
        shift[o] = norm == null ? 0 : norm.beta().get(o) - norm.mean().get(o) * scale[o];
      }
    }

    double weight(int output, int index) {
      return weight[output * each + index] * scale[output];
    }

    double bias(int output) {
      return bias[output] * scale[output] + shift[output];
    }

    boolean areWhole() {
      for (int o = 0; o < bias.length; o++) {
        for (int i = 0; i < each; i++) {
          if (weight(o, i) != Math.rint(weight(o, i))) {
            return false;
          }
        }
        if (bias(o) != Math.rint(bias(o))) {
          return false;
        }
      }
      return true;
    }
  }
}
