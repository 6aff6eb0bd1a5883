package com.example.tiny;

import dev.shiftwise.network.Activate;
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
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressMap;

/** The operators as plain loops. */
final class TinyKernels {
  private final HostSlab slab;

  TinyKernels(HostSlab slab) {
    this.slab = slab;
  }

  /** Weights with batch normalisation folded in, as every backend computes with them. */
  record Weights(Tensor weight, Tensor bias) {
    static final Weights NONE = new Weights(Tensor.of(new float[0], 0), Tensor.of(new float[0], 0));

    static Weights of(Filter filter) {
      float[] weight = filter.foldedWeight();
      return new Weights(
          Tensor.of(weight, weight.length), Tensor.of(filter.foldedBias(), filter.outputs()));
    }
  }

  void run(Step step, Weights weights) {
    Source x = step.sources().getFirst();
    Placement y = step.destination();
    switch (step.node().operator()) {
      case Copy _ -> slab.copy(x, y, 0);
      case Convolution convolution -> convolve(convolution, weights, x, y);
      case Arithmetic arithmetic -> arithmetic(arithmetic, x, step.sources().get(1), y);
      case AveragePool(Kernel2d kernel, boolean _) -> pool(kernel, x, y, false);
      case MaxPool(Kernel2d kernel, boolean _) -> pool(kernel, x, y, true);
      case Softmax _ -> softmax(x, y);
      case PointwiseConvolution _,
          Dense _,
          GlobalAveragePool _,
          ChannelShuffle _,
          Activate _,
          Rearrange _,
          Resize _,
          Concat _ ->
          throw new IllegalStateException(step.node() + " is not in the capabilities");
    }
    slab.fillGuards(y, step.guards(), 0);
  }

  // ---- elements ----

  /** Reads an element of an operand through its view. */
  private float get(Source source, int channel, int row, int column) {
    Shape shape = source.map().source();
    long pixel = (long) row * source.map().shape().width() + column;
    long index = source.map().sourceIndex(channel, pixel);
    if (index == AddressMap.NOWHERE) {
      return 0;
    }
    long plane = index / shape.plane();
    long at =
        source.placement().offset()
            + plane * source.placement().planePitch()
            + index % shape.plane();
    return slab.slab().get(Tensor.ELEMENT, at * Float.BYTES);
  }

  private void set(Placement to, int channel, int row, int column, double value) {
    long at = to.plane(channel) + (long) row * to.shape().width() + column;
    slab.slab().set(Tensor.ELEMENT, at * Float.BYTES, (float) value);
  }

  private static boolean isInside(Shape shape, int row, int column) {
    return row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
  }

  // ---- operators ----

  private void convolve(Convolution op, Weights weights, Source x, Placement y) {
    Kernel2d k = op.kernel();
    Shape in = x.map().shape();
    Shape out = y.shape();
    int n = in.channels() / op.groups();
    int outputsOfGroup = out.channels() / op.groups();
    for (int o = 0; o < out.channels(); o++) {
      for (int i = 0; i < out.height(); i++) {
        for (int j = 0; j < out.width(); j++) {
          double sum = weights.bias().get(o);
          for (int c = 0; c < n; c++) {
            for (int tap = 0; tap < k.taps(); tap++) {
              int row = row(k, i, tap);
              int column = column(k, j, tap);
              if (isInside(in, row, column)) {
                float weight = weights.weight().get(((long) o * n + c) * k.taps() + tap);
                sum += weight * get(x, o / outputsOfGroup * n + c, row, column);
              }
            }
          }
          set(y, o, i, j, op.activation().apply(sum));
        }
      }
    }
  }

  private static int row(Kernel2d k, int i, int tap) {
    return i * k.strideY() - k.top() + tap / k.width() * k.dilationY();
  }

  private static int column(Kernel2d k, int j, int tap) {
    return j * k.strideX() - k.left() + tap % k.width() * k.dilationX();
  }

  private void arithmetic(Arithmetic op, Source a, Source b, Placement y) {
    Shape shape = y.shape();
    for (int c = 0; c < shape.channels(); c++) {
      for (int i = 0; i < shape.height(); i++) {
        for (int j = 0; j < shape.width(); j++) {
          double value = op.function().apply(broadcast(a, c, i, j), broadcast(b, c, i, j));
          set(y, c, i, j, op.activation().apply(value));
        }
      }
    }
  }

  /** A dimension of one element has it everywhere. */
  private float broadcast(Source source, int channel, int row, int column) {
    Shape shape = source.map().shape();
    return get(
        source,
        Math.min(channel, shape.channels() - 1),
        Math.min(row, shape.height() - 1),
        Math.min(column, shape.width() - 1));
  }

  private void pool(Kernel2d k, Source x, Placement y, boolean maximum) {
    Shape in = x.map().shape();
    Shape out = y.shape();
    for (int c = 0; c < out.channels(); c++) {
      for (int i = 0; i < out.height(); i++) {
        for (int j = 0; j < out.width(); j++) {
          double sum = 0;
          double largest = Double.NEGATIVE_INFINITY;
          int cells = 0;
          for (int tap = 0; tap < k.taps(); tap++) {
            int row = row(k, i, tap);
            int column = column(k, j, tap);
            if (isInside(in, row, column)) {
              float value = get(x, c, row, column);
              sum += value;
              largest = Math.max(largest, value);
              cells++;
            }
          }
          set(y, c, i, j, maximum ? largest : sum / cells);
        }
      }
    }
  }

  private void softmax(Source x, Placement y) {
    Shape shape = y.shape();
    double[] exp = new double[shape.channels()];
    for (int i = 0; i < shape.height(); i++) {
      for (int j = 0; j < shape.width(); j++) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < exp.length; c++) {
          largest = Math.max(largest, get(x, c, i, j));
        }
        double sum = 0;
        for (int c = 0; c < exp.length; c++) {
          exp[c] = Math.exp(get(x, c, i, j) - largest);
          sum += exp[c];
        }
        for (int c = 0; c < exp.length; c++) {
          set(y, c, i, j, exp[c] / sum);
        }
      }
    }
  }
}
