package dev.shiftwise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Session;
import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.network.Network;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is compared is what is said to be compared. */
final class PaperComparisonTest {
  private static final Workload SMALL = new Workload(24, 5, 7, 3);

  static Stream<Arguments> everything() {
    return Stream.of(PaperComparison.values())
        .flatMap(
            comparison ->
                Stream.concat(Workload.ALL.stream(), Workload.QUICK.stream())
                    .map(workload -> Arguments.of(comparison, workload)));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void allVariantsDoTheSameMultiplyAdds(PaperComparison comparison, Workload workload) {
    List<Variant> variants = comparison.variants(workload);
    Set<String> names = new HashSet<>();
    long wanted = variants.getFirst().network().multiplyAdds();
    for (Variant variant : variants) {
      assertTrue(names.add(variant.name()), variant.name());
      // Nine for each element of a plane: what the address shift saves.
      long depthwise =
          variant.name().equals("depthwise 3x3")
              ? 9 * workload.shape().elements() * Chain.LAYERS
              : 0;
      assertEquals(wanted + depthwise, variant.network().multiplyAdds(), variant.name());
      assertEquals(
          workload.shape(), variant.network().outputs().values().iterator().next().shape());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CHANNEL_SHIFT, channel shift, tail copy",
    "ADDRESS_SHIFT, address shift, copied shift",
    "SHORTCUT_SHIFT, shortcut shift, copied concat",
    "SHORTCUT_SHIFT, add, 'add, fused'",
    "FUSION, fused, separate"
  })
  void twoWaysToOneResult(PaperComparison comparison, String one, String other) {
    Network first = network(comparison, one);
    float[] image = Kit.image(first);
    RealImage a = Kit.evaluate(first, image);
    RealImage b = Kit.evaluate(network(comparison, other), image);
    double largest = 0;
    for (int i = 0; i < a.shape().elements(); i++) {
      assertEquals(a.value(i), b.value(i), 1e-9);
      largest = Math.max(largest, Math.abs(a.value(i)));
    }
    assertTrue(largest > 0.01 && largest < 1e4, "values have faded or grown: " + largest);
  }

  @ParameterizedTest
  @EnumSource
  void thePrimitiveIsReadInPlace(PaperComparison comparison) {
    try (Backend backend = Backends.discover().open("cpu-vector")) {
      for (Workload workload : Workload.QUICK) {
        try (Session session =
            backend.compile(comparison.variants(workload).getFirst().network())) {
          assertEquals(List.of(), session.plan().copies());
        }
      }
    }
  }

  @Test
  void workloadsThatCannotBeCompared() {
    assertThrows(IllegalArgumentException.class, () -> new Workload(12, 4, 4, 1));
    assertThrows(IllegalArgumentException.class, () -> new Workload(32, 4, 4, 3));
  }

  private static Network network(PaperComparison comparison, String name) {
    return comparison.variants(SMALL).stream()
        .filter(variant -> variant.name().equals(name))
        .findFirst()
        .orElseThrow()
        .network();
  }
}
