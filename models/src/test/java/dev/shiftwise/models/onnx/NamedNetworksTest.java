package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.NamedNetwork;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every network by name at its full size, exported and run in ONNX Runtime. */
final class NamedNetworksTest {
  @AutoClose private static final Backend BACKEND = Backends.discover().open("cpu-vector");

  static List<String> names() {
    return Models.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsTheCpuBackend(String name) {
    NamedNetwork network = NamedNetwork.of(name, NamedNetwork.Size.FULL);
    float[] logits = network.on(BACKEND, CompileOptions.DEFAULT);
    assertEquals(Optional.empty(), NamedNetwork.difference(logits, RuntimeSession.logits(network)));
  }
}
