package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/** Random weights and inputs for tests that compare bits with bits. */
final class Samples {
  private final SplittableRandom random;

  Samples(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Returns a network of one input and one output. */
  static Network network(Shape input, BiFunction<NetworkBuilder, Operand, Operand> body) {
    NetworkBuilder builder = Network.builder("sample");
    builder.output("y", body.apply(builder, builder.input("x", input)));
    return builder.build();
  }

  /** Returns values between -1 and 1. */
  float[] values(long count) {
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  /** Returns whole numbers, so small that their sums are exact in any order. */
  float[] wholeNumbers(long count) {
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-4, 5);
    }
    return values;
  }

  /** Returns a filter with weights of the given dimensions, outputs first, and a bias. */
  Filter filter(long... dimensions) {
    long count = 1;
    for (long dimension : dimensions) {
      count *= dimension;
    }
    return Filter.of(
        Tensor.of(values(count), dimensions), Tensor.of(values(dimensions[0]), dimensions[0]));
  }
}
