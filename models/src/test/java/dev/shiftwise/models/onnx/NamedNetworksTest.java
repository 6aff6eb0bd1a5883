package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every network by name at its full size, exported and run in ONNX Runtime. */
final class NamedNetworksTest {
  /** NET-07's for each of the two. */
  private static final double BOUND = 2 * 1e-5;

  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = Backends.discover().open("cpu-vector");
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  static List<String> names() {
    return Models.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsTheCpuBackend(String name) {
    try (Model model = Models.random(name, 6)) {
      Network network = model.network();
      Shape shape = network.input(Architecture.INPUT).shape();
      float[] image = new float[Math.toIntExact(shape.elements())];
      SplittableRandom random = new SplittableRandom(7);
      for (int i = 0; i < image.length; i++) {
        image[i] = (float) random.nextGaussian();
      }
      float[] logits = new float[model.labels().size()];
      try (Session session = backend.compile(network, CompileOptions.DEFAULT)) {
        session.run(image, logits);
      }
      float[] elsewhere;
      try (RuntimeSession session =
          new RuntimeSession(OnnxExport.toBytes(network, OnnxExport.Shifts.CONVOLVED))) {
        elsewhere = session.run(image, 1, shape.channels(), shape.height(), shape.width());
      }
      requireClose(logits, elsewhere);
    }
  }

  private static void requireClose(float[] logits, float[] elsewhere) {
    assertEquals(logits.length, elsewhere.length);
    double largest = 0;
    double error = 0;
    for (int i = 0; i < logits.length; i++) {
      largest = Math.max(largest, Math.abs(elsewhere[i]));
      error = Math.max(error, Math.abs(logits[i] - elsewhere[i]));
    }
    assertTrue(largest > 1e-3 && Double.isFinite(error), "logits up to " + largest);
    assertTrue(error <= BOUND * largest, "off by " + error + ", logits up to " + largest);
  }
}
