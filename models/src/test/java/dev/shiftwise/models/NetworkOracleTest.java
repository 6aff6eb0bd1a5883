package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network by name on the CPU backend, against the specification read in double precision; on
 * images as small as its layers allow, since the oracle takes its time.
 */
class NetworkOracleTest {
  private static final double BOUND = 1e-5; // NET-07

  @AutoClose private static final Backend BACKEND = Backends.discover().open("cpu-vector");

  static Stream<String> names() {
    return NetworkWeightsTest.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsTheSpecification(String name) {
    Architecture architecture = KnownModel.require(name).architecture();
    Shape shape = SmallImages.of(architecture);
    Border border = architecture.border();
    Network network = architecture.network(new RandomWeights(4), border, shape);
    float[] image = new float[Math.toIntExact(shape.elements())];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    float[] logits = new float[architecture.classes()];
    try (Session session = BACKEND.compile(network, CompileOptions.DEFAULT)) {
      session.run(image, logits);
    }
    RealImage wanted = evaluated(network, image);
    double largest = 0;
    double error = 0;
    for (int i = 0; i < logits.length; i++) {
      largest = Math.max(largest, Math.abs(wanted.value(i)));
      error = Math.max(error, Math.abs(logits[i] - wanted.value(i)));
    }
    assertTrue(largest > 1e-3 && largest < 1e6, "logits up to " + largest);
    assertTrue(
        error <= BOUND * largest || error <= network.nodes().size() * moved(network, image, wanted),
        "off by " + error + ", logits up to " + largest);
  }

  private static RealImage evaluated(Network network, float[] image) {
    int[] bits = new int[image.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(image[i]));
    return Objects.requireNonNull(
            ReferenceEvaluator.evaluate(network, Map.of(Architecture.INPUT, bits), 1)
                .get(Architecture.OUTPUT))
        .getFirst();
  }

  /**
   * Returns what the last bits of the image move: about what the rounding of one node does.
   * GhostNet with random weights is that sensitive: its values grow from block to block until its
   * gates hang on small differences of large sums, and in some seeds this alone is more than the
   * bound.
   */
  private static double moved(Network network, float[] image, RealImage wanted) {
    SplittableRandom random = new SplittableRandom(6);
    float[] beside = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      beside[i] = random.nextBoolean() ? Math.nextUp(image[i]) : Math.nextDown(image[i]);
    }
    RealImage other = evaluated(network, beside);
    double most = 0;
    for (int i = 0; i < network.outputs().values().iterator().next().shape().elements(); i++) {
      most = Math.max(most, Math.abs(other.value(i) - wanted.value(i)));
    }
    return most;
  }
}
