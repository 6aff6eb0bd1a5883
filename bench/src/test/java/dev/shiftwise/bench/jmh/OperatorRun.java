package dev.shiftwise.bench.jmh;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.FeatureMap;
import java.util.SplittableRandom;

/** A network of one node, compiled for one thread, with its memory. */
final class OperatorRun implements AutoCloseable {
  private static final int GROUPS = 4;

  private final Backend backend;
  private final Session session;
  private final FeatureMap input;
  private final FeatureMap output;

  OperatorRun(String backendName, String operator, Shape shape) {
    backend = Backends.discover().open(backendName);
    session = backend.compile(network(operator, shape), CompileOptions.DEFAULT.withThreads(1));
    input = session.allocate("x");
    output = session.allocate("y");
    SplittableRandom random = new SplittableRandom(1);
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          input.set(0, c, y, x, (float) random.nextDouble(-1, 1));
        }
      }
    }
  }

  /** Runs the operator once. */
  void run() {
    session.run(input, output);
  }

  private static Network network(String operator, Shape shape) {
    NetworkBuilder builder = Network.builder(operator);
    Operand x = builder.input("x", shape);
    int channels = shape.channels();
    Operand result =
        switch (operator) {
          case "pointwise" -> builder.add("n", pointwise(channels), x);
          case "pointwise-ring" -> builder.add("n", pointwise(channels), shifted(x, Border.RING));
          case "pointwise-zero" -> builder.add("n", pointwise(channels), shifted(x, Border.ZERO));
          case "depthwise" ->
              builder.add(
                  "n",
                  new Convolution(
                      filter(channels, 1, 3, 3),
                      channels,
                      Kernel2d.square(3, 1, 1),
                      Activation.NONE),
                  x);
          case "shuffle" -> builder.add("n", new ChannelShuffle(GROUPS), x);
          case "add" -> builder.add("n", Arithmetic.add(Activation.RELU), x, x);
          case "average-pool" ->
              builder.add("n", new AveragePool(Kernel2d.square(2, 2, 0), true), x);
          case "copy" -> builder.add("n", new Copy(), x);
          default -> throw new IllegalArgumentException("there is no operator '" + operator + "'");
        };
    builder.output("y", result);
    return builder.build();
  }

  private static Operand shifted(Operand x, Border border) {
    int channels = x.shape().channels();
    return x.channelShift(channels / (2 * GROUPS)).then(AddressShift.addressNet(border, channels));
  }

  private static PointwiseConvolution pointwise(int channels) {
    return new PointwiseConvolution(
        filter(channels, channels / GROUPS), GROUPS, 1, Activation.RELU);
  }

  private static Filter filter(long... dimensions) {
    int count = 1;
    for (long dimension : dimensions) {
      count *= Math.toIntExact(dimension);
    }
    SplittableRandom random = new SplittableRandom(2);
    float[] weight = new float[count];
    for (int i = 0; i < count; i++) {
      weight[i] = (float) random.nextDouble(-0.1, 0.1);
    }
    float[] bias = new float[Math.toIntExact(dimensions[0])];
    return Filter.of(Tensor.of(weight, dimensions), Tensor.of(bias, bias.length));
  }

  @Override
  public void close() {
    session.close();
    backend.close();
  }
}
