package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange.Axis;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Rearrangements.PadMode;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes a network layer by layer. A node with weights has its layer's name; each layer's weights
 * are asked for in PyTorch's shape, so that of a 1x1 convolution is {@code (out, in / groups, 1,
 * 1)}.
 */
final class Layers {
  /** PyTorch's constant in batch normalisation, if a network states no other. */
  private static final double EPSILON = 1e-5;

  private final NetworkBuilder builder;
  private final Weights weights;
  private final double epsilon;
  private final Operand image;

  private Layers(String name, Weights weights, double epsilon, Shape image) {
    this.builder = Network.builder(name);
    this.weights = weights;
    this.epsilon = epsilon;
    this.image = builder.input(Architecture.INPUT, image);
  }

  static Layers of(String name, Weights weights, Shape image) {
    return new Layers(name, weights, EPSILON, image);
  }

  static Layers of(String name, Weights weights, double epsilon, Shape image) {
    return new Layers(name, weights, epsilon, image);
  }

  Operand image() {
    return image;
  }

  // ---- convolutions ----

  /** A convolution with batch normalisation, then its activation. */
  Operand normalised(String layer, String norm, Conv conv, Operand x) {
    return convolution(layer, conv, normalised(layer, norm, conv, channels(x)), x);
  }

  /** A 1x1 convolution with batch normalisation, plus the residual, then its activation. */
  Operand normalised(String layer, String norm, Conv conv, Operand x, Operand residual) {
    Filter filter = normalised(layer, norm, conv, channels(x));
    return builder.add(layer, pointwise(conv, filter), x, residual);
  }

  /** A convolution with a bias, then its activation. */
  Operand biased(String layer, Conv conv, Operand x) {
    return convolution(layer, conv, weights.biased(layer, dimensions(conv, channels(x))), x);
  }

  private Filter normalised(String layer, String norm, Conv conv, int inputs) {
    return weights.normalised(layer, norm, epsilon, dimensions(conv, inputs));
  }

  private Operand convolution(String layer, Conv conv, Filter filter, Operand x) {
    if (conv.isPointwise()) {
      return builder.add(layer, pointwise(conv, filter), x);
    }
    Kernel2d kernel = Kernel2d.square(conv.size(), conv.stride(), conv.padding());
    return builder.add(layer, new Convolution(filter, conv.groups(), kernel, conv.activation()), x);
  }

  private static PointwiseConvolution pointwise(Conv conv, Filter filter) {
    return new PointwiseConvolution(filter, conv.groups(), conv.stride(), conv.activation());
  }

  private static long[] dimensions(Conv conv, int inputs) {
    return new long[] {conv.outputs(), inputs / conv.groups(), conv.size(), conv.size()};
  }

  // ---- the rest ----

  Operand dense(String layer, int outputs, Activation activation, Operand x) {
    Filter filter = weights.biased(layer, outputs, x.shape().elements());
    return builder.add(layer, new Dense(filter, activation), x);
  }

  Operand denseWithoutBias(String layer, int outputs, Operand x) {
    Filter filter = weights.plain(layer, outputs, x.shape().elements());
    return builder.add(layer, new Dense(filter, Activation.NONE), x);
  }

  Operand maxPool(String name, Kernel2d kernel, boolean ceil, Operand x) {
    return builder.add(name, new MaxPool(kernel, ceil), x);
  }

  Operand averagePool(String name, Kernel2d kernel, boolean ceil, Operand x) {
    return builder.add(name, new AveragePool(kernel, ceil), x);
  }

  /** Average pooling that counts the padding among its cells, as PyTorch's does. */
  Operand averagePoolWithPadding(String name, int size, int stride, int padding, Operand x) {
    List<Integer> around = List.of(0, padding, padding);
    Operand padded =
        builder.add(
            name + ".pad",
            Rearrangements.pad(dimensions(x), around, around, PadMode.CONSTANT, 0f),
            x);
    return averagePool(name, Kernel2d.square(size, stride, 0), false, padded);
  }

  Operand globalPool(Operand x) {
    return globalPool("pool", x);
  }

  Operand globalPool(String name, Operand x) {
    return builder.add(name, new GlobalAveragePool(), x);
  }

  Operand concat(String name, Operand... parts) {
    return builder.add(name, new Concat(), parts);
  }

  Operand sum(String name, Activation activation, Operand x, Operand y) {
    return builder.add(name, Arithmetic.add(activation), x, y);
  }

  /** Multiplies each channel by a factor of its own. */
  Operand scaled(String name, Operand x, Operand factors) {
    return builder.add(name, Arithmetic.multiply(), x, factors);
  }

  /** Every second pixel of every second row, with channels of zeros in front and behind. */
  Operand halved(String name, int channels, Operand x) {
    int before = (channels - channels(x)) / 2;
    int[] picked =
        IntStream.range(0, channels)
            .map(c -> c - before)
            .map(c -> c < 0 || c >= channels(x) ? Axis.OUTSIDE : c)
            .toArray();
    return builder.add(
        name,
        Rearrangements.pick(
            dimensions(x), picked, everySecond(x.shape().height()), everySecond(x.shape().width())),
        x);
  }

  private static int[] everySecond(int size) {
    return IntStream.iterate(0, i -> i < size, i -> i + 2).toArray();
  }

  private static List<Integer> dimensions(Operand x) {
    return List.of(x.shape().channels(), x.shape().height(), x.shape().width());
  }

  Operand shuffle(String name, int groups, Operand x) {
    return builder.add(name, new ChannelShuffle(groups), x);
  }

  /** Joins what a module made to what it read by the shortcut shift. */
  Operand shortcutShift(String name, Operand window, Operand made) {
    return builder.shortcutShift(name, window, made);
  }

  /** Ends the network with a value a class. */
  Network network(Operand logits) {
    builder.output(Architecture.OUTPUT, logits);
    return builder.build();
  }

  static int channels(Operand x) {
    return x.shape().channels();
  }
}
