package dev.shiftwise.bench;

import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.network.Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** The conformance kit's evaluator as tests use it. */
final class Kit {
  static final Oracle ORACLE =
      (network, input) -> {
        RealImage wanted = evaluate(network, input);
        return output -> difference(wanted, output);
      };

  private Kit() {}

  static RealImage evaluate(Network network, float[] input) {
    int[] bits = new int[input.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(input[i]);
    }
    Map<String, List<RealImage>> outputs =
        ReferenceEvaluator.evaluate(network, Map.of(network.inputs().getFirst().name(), bits), 1);
    return outputs.values().iterator().next().getFirst();
  }

  static float[] image(Network network) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[Math.toIntExact(network.inputs().getFirst().shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private static Optional<String> difference(RealImage wanted, float[] output) {
    for (int i = 0; i < output.length; i++) {
      if (!(Math.abs(output[i] - wanted.value(i)) <= wanted.bound(i))) {
        return Optional.of("element " + i + " is " + output[i] + ", wanted " + wanted.value(i));
      }
    }
    return Optional.empty();
  }
}
