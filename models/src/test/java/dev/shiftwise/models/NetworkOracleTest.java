package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network by name on the CPU backend, against the specification read in double precision; on
 * small images, since the oracle takes its time.
 */
class NetworkOracleTest {
  @AutoClose private static final Backend BACKEND = Backends.discover().open("cpu-vector");

  static Stream<String> names() {
    return NetworkWeightsTest.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void equalsTheSpecification(String name) {
    NamedNetwork network = NamedNetwork.of(name, NamedNetwork.Size.SMALL);
    float[] logits = network.on(BACKEND, CompileOptions.DEFAULT);
    assertEquals(Optional.empty(), NamedNetwork.difference(logits, network.exact()));
  }
}
