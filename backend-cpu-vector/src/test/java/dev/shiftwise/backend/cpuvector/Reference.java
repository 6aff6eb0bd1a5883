package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressMap;
import java.util.HashMap;
import java.util.Map;

/** What a network computes, in double precision and the simplest loops. */
final class Reference {
  private final Map<Value, double[]> values = new HashMap<>();

  private Reference() {}

  /** Returns the single output for a single input. */
  static double[] run(Network network, double[] input) {
    Reference reference = new Reference();
    reference.values.put(network.inputs().getFirst(), input);
    for (Node node : network.nodes()) {
      reference.values.put(node.output(), reference.node(node));
    }
    return reference.read(network.outputs().values().iterator().next());
  }

  private double[] read(Operand operand) {
    double[] value = values.get(operand.value());
    if (value == null) {
      throw new AssertionError(operand + " is not there");
    }
    AddressMap map = operand.map();
    long plane = map.shape().plane();
    double[] read = new double[(int) map.shape().elements()];
    for (int j = 0; j < read.length; j++) {
      long from = map.sourceIndex((int) (j / plane), j % plane);
      read[j] = from == AddressMap.NOWHERE ? 0 : value[(int) from];
    }
    return read;
  }

  private double[] node(Node node) {
    double[] x = read(node.inputs().getFirst());
    Shape in = node.inputs().getFirst().shape();
    Shape out = node.output().shape();
    return switch (node.operator()) {
      case PointwiseConvolution(Filter filter, int groups, int stride, Activation activation) -> {
        double[] y = convolve(x, in, out, filter, groups, Kernel2d.square(1, stride, 0));
        if (node.inputs().size() > 1) {
          addTo(y, read(node.inputs().get(1)));
        }
        yield activate(y, activation);
      }
      case Convolution(Filter filter, int groups, Kernel2d kernel, Activation activation) ->
          activate(convolve(x, in, out, filter, groups, kernel), activation);
      case Dense(Filter filter, Activation activation) ->
          activate(convolve(x, in, out, filter, 1, Kernel2d.whole(in)), activation);
      case Arithmetic op -> {
        addTo(x, read(node.inputs().get(1)));
        yield activate(x, op.activation());
      }
      case Activate(Activation activation) -> activate(x, activation);
      case AveragePool(Kernel2d kernel, boolean _) -> pool(x, in, out, kernel, false);
      case MaxPool(Kernel2d kernel, boolean _) -> pool(x, in, out, kernel, true);
      case GlobalAveragePool _ -> pool(x, in, out, Kernel2d.whole(in), false);
      case ChannelShuffle shuffle -> {
        double[] y = new double[x.length];
        int plane = (int) in.plane();
        for (int c = 0; c < in.channels(); c++) {
          int from = shuffle.sourceChannel(c, in.channels()) * plane;
          System.arraycopy(x, from, y, c * plane, plane);
        }
        yield y;
      }
      case Softmax _ -> softmax(x, in);
      case Copy _ -> x;
      case Concat _, Rearrange _, Resize _ -> throw new AssertionError("no test uses it");
    };
  }

  private static void addTo(double[] y, double[] other) {
    for (int i = 0; i < y.length; i++) {
      y[i] += other[i];
    }
  }

  private static double[] activate(double[] y, Activation activation) {
    for (int i = 0; i < y.length; i++) {
      y[i] = activation.apply(y[i]);
    }
    return y;
  }

  private interface Tap {
    void at(int tap, int source);
  }

  private static void taps(Shape in, Kernel2d k, int y, int x, Tap tap) {
    for (int ky = 0; ky < k.height(); ky++) {
      for (int kx = 0; kx < k.width(); kx++) {
        int sy = y * k.strideY() - k.top() + ky * k.dilationY();
        int sx = x * k.strideX() - k.left() + kx * k.dilationX();
        if (sy >= 0 && sy < in.height() && sx >= 0 && sx < in.width()) {
          tap.at(ky * k.width() + kx, sy * in.width() + sx);
        }
      }
    }
  }

  private static double[] convolve(
      double[] x, Shape in, Shape out, Filter filter, int groups, Kernel2d kernel) {
    float[] weight = filter.foldedWeight();
    float[] bias = filter.foldedBias();
    int inputs = in.channels() / groups;
    int outputs = out.channels() / groups;
    double[] y = new double[(int) out.elements()];
    for (int i = 0; i < y.length; i++) {
      int o = (int) (i / out.plane());
      int p = (int) (i % out.plane());
      double[] sum = {bias[o]};
      for (int c = 0; c < inputs; c++) {
        int plane = (int) ((o / outputs * inputs + c) * in.plane());
        int first = (o * inputs + c) * kernel.taps();
        taps(
            in,
            kernel,
            p / out.width(),
            p % out.width(),
            (tap, source) -> sum[0] += (double) weight[first + tap] * x[plane + source]);
      }
      y[i] = sum[0];
    }
    return y;
  }

  private static double[] pool(double[] x, Shape in, Shape out, Kernel2d kernel, boolean max) {
    double[] y = new double[(int) out.elements()];
    for (int i = 0; i < y.length; i++) {
      int plane = (int) (i / out.plane() * in.plane());
      int p = (int) (i % out.plane());
      double[] state = {max ? Double.NEGATIVE_INFINITY : 0, 0};
      taps(
          in,
          kernel,
          p / out.width(),
          p % out.width(),
          (_, source) -> {
            double value = x[plane + source];
            state[0] = max ? Math.max(state[0], value) : state[0] + value;
            state[1]++;
          });
      y[i] = max ? state[0] : state[0] / state[1];
    }
    return y;
  }

  private static double[] softmax(double[] x, Shape in) {
    int plane = (int) in.plane();
    double[] y = new double[x.length];
    for (int p = 0; p < plane; p++) {
      double max = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int c = 0; c < in.channels(); c++) {
        max = Math.max(max, x[c * plane + p]);
      }
      for (int c = 0; c < in.channels(); c++) {
        sum += Math.exp(x[c * plane + p] - max);
      }
      for (int c = 0; c < in.channels(); c++) {
        y[c * plane + p] = Math.exp(x[c * plane + p] - max) / sum;
      }
    }
    return y;
  }
}
