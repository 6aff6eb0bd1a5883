package dev.shiftwise.bench;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Builds the networks of the comparisons: chains of layers, each with weights of its own, so that
 * weights are no hotter in the cache than in a real network, and so that the copies of the input
 * and the output, which every run makes, are few beside what is compared.
 */
final class Chain {
  /** Layers, or modules, of a chain. */
  static final int LAYERS = 6;

  private final NetworkBuilder builder;
  private final SplittableRandom random = new SplittableRandom(20190107);
  private Operand current;
  private int nodes;

  /** One layer, or one module, of a chain. */
  @FunctionalInterface
  interface Layer {
    /** Adds its nodes and returns what the next one reads. */
    Operand add(Chain chain, Operand operand);
  }

  private Chain(Workload workload) {
    builder = Network.builder("chain of " + workload);
    current = builder.input("x", workload.shape());
  }

  /** Returns a chain that starts with a convolution and goes on with one kind of layer. */
  static Variant of(String name, Workload workload, Layer layer) {
    Chain chain = new Chain(workload);
    chain.current = chain.convolve(workload, chain.current);
    for (int i = 0; i < LAYERS; i++) {
      chain.current = layer.add(chain, chain.current);
    }
    chain.builder.output("y", chain.current);
    return new Variant(name, chain.builder.build());
  }

  /** Adds a node. */
  Operand add(Operator operator, Operand... operands) {
    return builder.add("n" + nodes++, operator, operands);
  }

  /** Adds a pointwise convolution with bias and ReLU that keeps the channels. */
  Operand convolve(Workload workload, Operand operand) {
    return add(
        pointwise(workload.channels(), workload.channels(), workload.groups(), Activation.RELU),
        operand);
  }

  /** Joins by the shortcut shift. */
  Operand shortcutShift(Operand window, Operand made) {
    return builder.shortcutShift("n" + nodes++, window, made);
  }

  /** Makes a pointwise convolution with random weights. */
  PointwiseConvolution pointwise(int in, int out, int groups, Activation activation) {
    return new PointwiseConvolution(filter(out, in / groups), groups, 1, activation);
  }

  /** Makes a depthwise 3x3 convolution with random weights. */
  Convolution depthwise(int channels) {
    return new Convolution(
        filter(channels, 1, 3, 3), channels, Kernel2d.square(3, 1, 1), Activation.NONE);
  }

  /** Weights of such a size that values neither grow nor fade along the chain. */
  private Filter filter(long... dimensions) {
    int inputs = 1;
    for (int i = 1; i < dimensions.length; i++) {
      inputs *= Math.toIntExact(dimensions[i]);
    }
    int outputs = Math.toIntExact(dimensions[0]);
    double size = Math.sqrt(6.0 / inputs);
    return Filter.of(
        Tensor.of(values(outputs * inputs, size), dimensions),
        Tensor.of(values(outputs, 0.1), outputs));
  }

  private float[] values(int count, double size) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-size, size);
    }
    return values;
  }
}
