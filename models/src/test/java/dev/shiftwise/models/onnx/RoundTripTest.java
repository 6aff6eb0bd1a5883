package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.NamedNetwork;
import dev.shiftwise.network.Network;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks that were written and read again: the same values, and as many copies in the plan. Every
 * one by name on small pictures, in both forms of shifts, and one of each kind of moves at its full
 * size.
 */
final class RoundTripTest {
  /** A channel and a RING shift, a channel shuffle, ZERO shifts. */
  private static final Set<String> ALSO_LARGE =
      Set.of("addressnet-imagenet", "shufflenet_v2_x1_0", "shiftnet_c");

  @AutoClose private static final Backend BACKEND = Backends.discover().open("cpu-vector");

  static Stream<Arguments> networks() {
    return Models.names().stream()
        .flatMap(
            name ->
                Stream.of(NamedNetwork.Size.values())
                    .filter(size -> size == NamedNetwork.Size.SMALL || ALSO_LARGE.contains(name))
                    .map(size -> Arguments.of(name, size)));
  }

  @Test
  void theLargeOnesAreThere() {
    Set<String> names = new HashSet<>(ALSO_LARGE);
    names.removeAll(Models.names());
    assertEquals(Set.of(), names);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void isTheSame(String name, NamedNetwork.Size size) throws Exception {
    NamedNetwork original = NamedNetwork.of(name, size);
    try (Session session = BACKEND.compile(original.network(), CompileOptions.DEFAULT)) {
      float[] logits = original.on(session);
      for (OnnxExport.Shifts shifts : OnnxExport.Shifts.values()) {
        byte[] file = OnnxExport.toBytes(original.network(), shifts);
        try (OnnxModel read = OnnxModel.of(name, MemorySegment.ofArray(file), OnnxOptions.none())) {
          requireSame(original, session, logits, read.network(), shifts);
        }
      }
    }
  }

  private static void requireSame(
      NamedNetwork original,
      Session first,
      float[] logits,
      Network read,
      OnnxExport.Shifts shifts) {
    assertEquals(original.network().inputs().getFirst().shape(), read.inputs().getFirst().shape());
    try (Session second = BACKEND.compile(read, CompileOptions.DEFAULT)) {
      assertEquals(
          first.plan().copies().size(), second.plan().copies().size(), () -> shifts + ": " + read);
      assertEquals(
          Optional.empty(), NamedNetwork.difference(original.on(second), logits), shifts::toString);
    }
  }
}
