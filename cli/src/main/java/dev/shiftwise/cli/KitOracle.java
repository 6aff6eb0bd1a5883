package dev.shiftwise.cli;

import dev.shiftwise.bench.Oracle;
import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.network.Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The conformance kit's evaluator as the oracle of the benchmarks. */
final class KitOracle implements Oracle {

  /** The rule's bound for whole networks, as a share of the largest value. */
  private static final double WHOLE = 1e-5;

  @Override
  public Expectation expect(Network network, float[] input) {
    RealImage wanted = evaluate(network, input);
    return output -> difference(wanted, output);
  }

  @Override
  public Expectation expectWhole(Network network, float[] input) {
    RealImage wanted = evaluate(network, input);
    double largest = 0;
    for (int i = 0; i < wanted.shape().elements(); i++) {
      largest = Math.max(largest, Math.abs(wanted.value(i)));
    }
    double bound = WHOLE * largest;
    return output -> sizes(wanted, output).or(() -> difference(wanted, output, bound));
  }

  private static RealImage evaluate(Network network, float[] input) {
    int[] bits = IntStream.range(0, input.length).map(i -> bits(input[i])).toArray();
    return ReferenceEvaluator.evaluate(network, Map.of(network.inputs().getFirst().name(), bits), 1)
        .values()
        .stream()
        .map(List::getFirst)
        .findFirst()
        .orElseThrow();
  }

  private static Optional<String> sizes(RealImage wanted, float[] output) {
    return output.length == wanted.shape().elements()
        ? Optional.empty()
        : Optional.of("it has " + output.length + " elements, wanted " + wanted.shape().elements());
  }

  private static Optional<String> difference(RealImage wanted, float[] output, double bound) {
    for (int i = 0; i < output.length; i++) {
      if (!(Math.abs(output[i] - wanted.value(i)) <= bound)) {
        return Optional.of(
            "element "
                + i
                + " is "
                + output[i]
                + ", wanted "
                + wanted.value(i)
                + " within "
                + bound);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(RealImage wanted, float[] output) {
    Optional<String> sizes = sizes(wanted, output);
    if (sizes.isPresent()) {
      return sizes;
    }
    for (int i = 0; i < output.length; i++) {
      boolean right =
          wanted.isMoved()
              ? bits(output[i]) == wanted.bits(i)
              : Math.abs(output[i] - wanted.value(i)) <= wanted.bound(i);
      if (!right) {
        return Optional.of(
            "element "
                + i
                + " is "
                + output[i]
                + ", wanted "
                + wanted.value(i)
                + " within "
                + wanted.bound(i));
      }
    }
    return Optional.empty();
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }
}
