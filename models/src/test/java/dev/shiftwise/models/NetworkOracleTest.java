package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.models.networks.DataSet;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network by name on the CPU backend, against the specification read in double precision; on
 * images as small as its layers allow, since the oracle takes its time.
 */
class NetworkOracleTest {
  private static final double BOUND = 1e-5; // NET-07

  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = Backends.discover().open("cpu-vector");
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  static Stream<String> names() {
    return NetworkWeightsTest.names();
  }

  /** A shift by a row or column asks that the plane has two of them to the end. */
  private static Shape image(Architecture architecture) {
    boolean shifts =
        architecture.name().contains("shift") || architecture.name().contains("address");
    int side =
        architecture.dataSet().equals(DataSet.IMAGENET) ? (shifts ? 64 : 32) : (shifts ? 16 : 14);
    return new Shape(architecture.input().channels(), side, side);
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsTheSpecification(String name) {
    Architecture architecture = KnownModel.require(name).architecture();
    Shape shape = image(architecture);
    Border border = architecture.border();
    Network network = architecture.network(new RandomWeights(4), border, shape);
    float[] image = new float[Math.toIntExact(shape.elements())];
    int[] bits = new int[image.length];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
      bits[i] = Float.floatToRawIntBits(image[i]);
    }
    float[] logits = new float[architecture.classes()];
    try (Session session = backend.compile(network, CompileOptions.DEFAULT)) {
      session.run(image, logits);
    }
    RealImage wanted =
        Objects.requireNonNull(
                ReferenceEvaluator.evaluate(network, Map.of(Architecture.INPUT, bits), 1)
                    .get(Architecture.OUTPUT))
            .getFirst();
    double largest = 0;
    double error = 0;
    for (int i = 0; i < logits.length; i++) {
      largest = Math.max(largest, Math.abs(wanted.value(i)));
      error = Math.max(error, Math.abs(logits[i] - wanted.value(i)));
    }
    assertTrue(largest > 1e-3 && largest < 1e6, "logits up to " + largest);
    assertTrue(error <= BOUND * largest, "off by " + error + ", logits up to " + largest);
  }
}
