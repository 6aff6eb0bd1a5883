package dev.shiftwise.backend.cpuvector;

import static dev.shiftwise.backend.cpuvector.Networks.check;
import static dev.shiftwise.backend.cpuvector.Networks.filter;
import static dev.shiftwise.backend.cpuvector.Networks.network;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every kernel against plain loops, at every vector width, with tiles for 16 and for 32 registers,
 * in shapes that fit no vector.
 */
@ParameterizedClass
@CsvSource({"128, false", "128, true", "256, false", "256, true", "512, true"})
class KernelsTest {
  private static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.NONE,
          Activation.RELU,
          Activation.RELU6,
          new Activation.Clip(-0.5f, 1),
          Activation.HARD_SWISH);

  @AutoClose private final CpuVectorBackend backend;
  private final Random random = new Random(7);

  KernelsTest(int bits, boolean manyRegisters) {
    this.backend = Networks.backend(new VectorWidth(bits, manyRegisters));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "8, 8, 7, 7, 1",
    "9, 5, 3, 3, 1",
    "16, 32, 14, 14, 1",
    "40, 72, 5, 5, 1",
    "12, 12, 15, 15, 3",
    "30, 66, 8, 8, 2",
    "7, 11, 13, 13, 1",
    "20, 20, 28, 28, 4",
    "6, 3, 1, 17, 3",
    "64, 64, 4, 4, 1",
    "5, 33, 9, 31, 1",
    "9, 130, 7, 7, 1",
    "6, 270, 5, 11, 2",
    "27, 140, 4, 9, 1"
  })
  void pointwise(int inputs, int outputs, int height, int width, int groups) {
    for (Activation activation : ACTIVATIONS) {
      double tolerance = activation instanceof Activation.HardSwish ? 1e-6 : 0;
      check(
          backend,
          network(
              new Shape(inputs, height, width),
              (b, x) ->
                  b.add(
                      "pw",
                      new PointwiseConvolution(
                          filter(random, outputs, inputs / groups), groups, 1, activation),
                      x)),
          tolerance);
    }
  }

  @ParameterizedTest
  @CsvSource({"8, 7, 7", "16, 5, 13", "40, 14, 14", "24, 1, 9", "8, 28, 28", "264, 7, 9"})
  void pointwiseWithResidualAndEitherBorder(int channels, int height, int width) {
    for (Border border : Border.values()) {
      for (int stride = 1; stride <= 3; stride++) {
        int step = stride;
        check(
            backend,
            network(
                new Shape(channels, height, width),
                (b, x) -> {
                  var filter = filter(random, channels, channels);
                  var first = b.add("first", PointwiseConvolution.of(filter).withStride(1), x);
                  var shifted =
                      first
                          .channelShift(channels / 4 + 1)
                          .addressShift(
                              border,
                              new Displacement(0, 1),
                              new Displacement(height > 1 ? 1 : 0, 0),
                              new Displacement(0, -1),
                              new Displacement(height > 1 ? -1 : 0, -2));
                  var skip = b.add("skip", PointwiseConvolution.of(filter).withStride(step), x);
                  return b.add(
                      "second",
                      new PointwiseConvolution(
                          filter(random, channels, channels / 2), 2, step, Activation.RELU6),
                      shifted,
                      skip);
                }),
            0);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 8, 9, 11, 3, 2, 1, 1, 1", "3, 32, 28, 28, 3, 1, 1, 1, 1", "4, 6, 10, 10, 3, 1, 2, 2, 2",
    "1, 5, 17, 6, 5, 3, 2, 1, 1", "6, 9, 7, 7, 1, 2, 0, 1, 3", "2, 2, 40, 40, 3, 2, 0, 1, 1",
    "8, 24, 8, 8, 2, 2, 1, 1, 4", "3, 132, 9, 7, 3, 1, 1, 1, 1", "2, 130, 8, 8, 5, 3, 2, 1, 1"
  })
  void convolution(
      int inputs,
      int outputs,
      int height,
      int width,
      int size,
      int stride,
      int padding,
      int dilation,
      int groups) {
    check(
        backend,
        network(
            new Shape(inputs, height, width),
            (b, x) ->
                b.add(
                    "conv",
                    new Convolution(
                        filter(random, outputs, inputs / groups, size, size),
                        groups,
                        Kernel2d.square(size, stride, padding).withDilation(dilation),
                        Activation.RELU),
                    x.channelShift(1))),
        0);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 7, 7, 3, 1, 1, 1, 1", "4, 14, 14, 3, 2, 1, 1, 2", "3, 28, 30, 5, 1, 2, 1, 1",
    "2, 9, 9, 3, 1, 2, 2, 1", "3, 11, 6, 3, 3, 0, 1, 3", "1, 40, 40, 2, 2, 1, 1, 1",
    "2, 7, 7, 5, 1, 2, 1, 1", "2, 14, 14, 7, 2, 3, 1, 1", "1, 15, 13, 9, 1, 4, 1, 1",
    "1, 33, 35, 27, 1, 13, 1, 1", "1, 3, 140, 3, 1, 1, 1, 1", "1, 5, 300, 3, 2, 1, 1, 1"
  })
  void depthwise(
      int channels,
      int height,
      int width,
      int size,
      int stride,
      int padding,
      int dilation,
      int multiplier) {
    check(
        backend,
        network(
            new Shape(channels, height, width),
            (b, x) ->
                b.add(
                    "depthwise",
                    new Convolution(
                        filter(random, channels * multiplier, 1, size, size),
                        channels,
                        Kernel2d.square(size, stride, padding).withDilation(dilation),
                        Activation.NONE),
                    x.addressShift(Border.RING, Displacement.LEFT))),
        0);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 7, 7, 2, 2, 0",
    "5, 14, 15, 3, 2, 1",
    "2, 9, 33, 3, 1, 1",
    "1, 3, 3, 3, 3, 0",
    "2, 9, 11, 7, 1, 3"
  })
  void pooling(int channels, int height, int width, int size, int stride, int padding) {
    Kernel2d kernel = Kernel2d.square(size, stride, padding);
    for (boolean ceil : new boolean[] {false, true}) {
      Shape in = new Shape(channels, height, width);
      check(backend, network(in, (b, x) -> b.add("avg", new AveragePool(kernel, ceil), x)), 1e-6);
      check(backend, network(in, (b, x) -> b.add("max", new MaxPool(kernel, ceil), x)), 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "12, 5, 7", "64, 7, 7", "9, 31, 3"})
  void theRest(int channels, int height, int width) {
    Shape in = new Shape(channels, height, width);
    int divisor = channels % 3 == 0 ? 3 : 1;
    check(
        backend,
        network(
            in,
            (b, x) ->
                b.add(
                    "dense",
                    new Dense(filter(random, 10, (int) in.elements()), Activation.RELU),
                    x.channelShift(1))),
        0);
    check(backend, network(in, (b, x) -> b.add("mean", new GlobalAveragePool(), x)), 1e-6);
    check(backend, network(in, (b, x) -> b.add("mix", new ChannelShuffle(divisor), x)), 0);
    check(backend, network(in, (b, x) -> b.add("softmax", new Softmax(), x)), 1e-6);
    check(
        backend,
        network(in, (b, x) -> b.add("add", Arithmetic.add(Activation.RELU), x.channelShift(1), x)),
        0);
    var runs = AddressShift.uniform(Border.ZERO, channels, new Displacement(0, width - 1));
    check(backend, network(in, (b, x) -> b.add("copy", new Copy(), x.then(runs))), 0);
  }

  @Test
  void activations() {
    for (Activation activation : ACTIVATIONS) {
      check(
          backend,
          network(new Shape(3, 5, 9), (b, x) -> b.add("act", new Activate(activation), x)),
          1e-6);
    }
  }
}
