package dev.shiftwise.conformance;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.BatchNorm;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.ViewStep;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** Short ways to write the networks that rules try. */
final class Nets {
  static final String INPUT = "x";
  static final String RESIDUAL = "r";
  static final String OUTPUT = "y";

  /** Every activation, each kind with several numbers. */
  static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.NONE,
          Activation.RELU,
          Activation.RELU6,
          new Activation.Clip(-1.5f, 2),
          new Activation.Clip(Float.NEGATIVE_INFINITY, 1),
          Activation.HARD_SWISH,
          new Activation.LeakyRelu(0.125f),
          new Activation.LeakyRelu(-1.5f),
          Activation.SIGMOID,
          Activation.HARD_SIGMOID,
          new Activation.HardSigmoid(0.2f, 0.5f),
          Activation.SQUARE_ROOT,
          Activation.LOGARITHM,
          Activation.ERROR_FUNCTION,
          Activation.GELU);

  private Nets() {}

  /** Returns a network of one input and one output. */
  static Network of(Shape in, BiFunction<NetworkBuilder, Operand, Operand> body) {
    NetworkBuilder builder = Network.builder("conformance");
    builder.output(OUTPUT, body.apply(builder, builder.input(INPUT, in)));
    return builder.build();
  }

  /** Returns a network of one operator that reads its operand through view steps. */
  static Network one(Operator operator, Shape in, ViewStep... steps) {
    return of(in, (b, x) -> b.add("node", operator, seen(x, steps)));
  }

  /** Returns a network that copies a view. */
  static Network copy(Shape in, ViewStep... steps) {
    return one(new Copy(), in, steps);
  }

  /** Returns a network of one pointwise convolution with a residual. */
  static Network withResidual(PointwiseConvolution operator, Shape in, ViewStep... steps) {
    NetworkBuilder builder = Network.builder("conformance");
    Operand x = seen(builder.input(INPUT, in), steps);
    Operand r = builder.input(RESIDUAL, operator.outputShape(List.of(in)));
    builder.output(OUTPUT, builder.add("node", operator, x, r));
    return builder.build();
  }

  static Operand seen(Operand operand, ViewStep... steps) {
    Operand seen = operand;
    for (ViewStep step : steps) {
      seen = seen.then(step);
    }
    return seen;
  }

  /** Returns a pointwise convolution with random weights and bias. */
  static PointwiseConvolution pointwise(
      Numbers numbers, RandomGenerator random, int in, int out, int groups) {
    return new PointwiseConvolution(
        filter(numbers, random, out, in / groups), groups, 1, Activation.NONE);
  }

  /** Returns a convolution with random weights and bias. */
  static Convolution convolution(
      Numbers numbers, RandomGenerator random, int in, int out, int groups, Kernel2d kernel) {
    return new Convolution(
        filter(numbers, random, out, in / groups, kernel.height(), kernel.width()),
        groups,
        kernel,
        Activation.NONE);
  }

  /** Returns a filter with random weights and bias. */
  static Filter filter(Numbers numbers, RandomGenerator random, long... dimensions) {
    long elements = 1;
    for (long dimension : dimensions) {
      elements *= dimension;
    }
    return Filter.of(
        Tensor.of(numbers.floats(random, elements), dimensions),
        Tensor.of(numbers.floats(random, dimensions[0]), dimensions[0]));
  }

  /** Returns a batch normalisation as training leaves it. */
  static BatchNorm norm(RandomGenerator random, int channels) {
    float[] variance = Numbers.REALS.floats(random, channels);
    float[] gamma = Numbers.REALS.floats(random, channels);
    for (int i = 0; i < channels; i++) {
      variance[i] = variance[i] * variance[i] + 0.25f;
      gamma[i] += 1.5f;
    }
    return new BatchNorm(
        Tensor.of(gamma, channels),
        Tensor.of(Numbers.REALS.floats(random, channels), channels),
        Tensor.of(Numbers.REALS.floats(random, channels), channels),
        Tensor.of(variance, channels),
        1e-5);
  }

  /** Returns an address shift with runs and displacements of all sizes that fit. */
  static AddressShift anyShift(RandomGenerator random, Border border, Shape shape) {
    List<AddressShift.Run> runs = new ArrayList<>();
    for (int left = shape.channels(); left > 0; ) {
      int channels = random.nextInt(1, left + 1);
      runs.add(
          new AddressShift.Run(
              channels,
              new Displacement(
                  random.nextInt(1 - shape.height(), shape.height()),
                  random.nextInt(1 - shape.width(), shape.width()))));
      left -= channels;
    }
    return new AddressShift(border, runs);
  }
}
