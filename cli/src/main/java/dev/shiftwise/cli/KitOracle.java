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

  @Override
  public Expectation expect(Network network, float[] input) {
    int[] bits = IntStream.range(0, input.length).map(i -> bits(input[i])).toArray();
    RealImage wanted =
        ReferenceEvaluator.evaluate(network, Map.of(network.inputs().getFirst().name(), bits), 1)
            .values()
            .stream()
            .map(List::getFirst)
            .findFirst()
            .orElseThrow();
    return output -> difference(wanted, output);
  }

  private static Optional<String> difference(RealImage wanted, float[] output) {
    if (output.length != wanted.shape().elements()) {
      return Optional.of(
          "it has " + output.length + " elements, wanted " + wanted.shape().elements());
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
