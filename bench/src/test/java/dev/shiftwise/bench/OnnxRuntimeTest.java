package dev.shiftwise.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** ONNX Runtime computes what it is given, and is given nothing that it would compute otherwise. */
final class OnnxRuntimeTest {
  private static final OnnxRuntime PEER = new OnnxRuntime();

  @Test
  void isHereInTests() {
    assertEquals(Optional.empty(), PEER.missing());
  }

  @Test
  void groupsBiasAndReluOfEveryImage() {
    // Two groups of one channel: 2 x + 1 and -3 x - 1.
    Network network = network(Activation.RELU, false);
    try (Engine.Compiled compiled = PEER.compile(network, 2, 1)) {
      compiled.setInput(new float[] {1, -2, 3, -4, 5, 6, -7, 8});
      compiled.run();
      assertArrayEquals(new float[] {3, 0, 0, 11, 11, 13, 20, 0}, compiled.output());
    }
  }

  @Test
  void withoutReluSumsStayNegative() {
    try (Engine.Compiled compiled = PEER.compile(network(Activation.NONE, false), 1, 1)) {
      compiled.setInput(new float[] {1, -2, 3, -4});
      compiled.run();
      assertArrayEquals(new float[] {3, -3, -10, 11}, compiled.output());
    }
  }

  @Test
  void shiftsAreWrittenToo() {
    // The channels change places first: 2 b + 1 and -3 a - 1.
    try (Engine.Compiled compiled = PEER.compile(network(Activation.NONE, true), 1, 1)) {
      compiled.setInput(new float[] {1, -2, 3, -4});
      compiled.run();
      assertArrayEquals(new float[] {7, -7, -4, 5}, compiled.output());
    }
  }

  private static Network network(Activation activation, boolean shifted) {
    NetworkBuilder builder = Network.builder("two groups");
    Operand x = builder.input("x", Shape.of(2, 1, 2));
    Filter filter = Filter.pointwise(new float[] {2, -3}, new float[] {1, -1});
    PointwiseConvolution convolution =
        PointwiseConvolution.of(filter).withGroups(2).withActivation(activation);
    builder.output("y", builder.add("pw", convolution, shifted ? x.channelShift(1) : x));
    return builder.build();
  }
}
