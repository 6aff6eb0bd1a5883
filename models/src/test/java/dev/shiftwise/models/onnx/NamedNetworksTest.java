package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.networks.Architecture;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every network by name at its full size, exported and run in ONNX Runtime. */
final class NamedNetworksTest {
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
    Architecture architecture = NamedNetwork.architecture(name);
    NamedNetwork network = NamedNetwork.of(architecture, architecture.input(), 6);
    float[] logits = network.on(backend, CompileOptions.DEFAULT);
    assertEquals(Optional.empty(), NamedNetwork.difference(logits, network.elsewhere()));
  }
}
