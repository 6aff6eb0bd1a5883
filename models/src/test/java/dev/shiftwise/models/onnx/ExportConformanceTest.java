package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.conformance.Conformance;
import dev.shiftwise.conformance.Matrix;
import dev.shiftwise.conformance.Rule;
import dev.shiftwise.conformance.Rules;
import dev.shiftwise.conformance.Verdict;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What is exported means what SPEC.md says: the rules are judged on ONNX Runtime, which runs what
 * the export made of their networks.
 */
@Isolated("the kit counts the threads of this process")
final class ExportConformanceTest {
  /**
   * ONNX Runtime's maximum passes over NaN; its sigmoid is within some 5e-8 of the value and no
   * nearer where the value is small; its resize computes places in float32, and reads elements that
   * have no share; what it chooses of two values has no -0.
   */
  private static final Set<String> OF_THE_RUNTIME =
      Set.of(
          "POOL-02",
          "POOL-03",
          "ACT-02",
          "ACT-04",
          "POINTWISE-07",
          "NET-05",
          "ARITH-07",
          "RESIZE-01",
          "RESIZE-02",
          "RESIZE-03");

  /** They move every bit pattern by ZERO shifts, and a convolution multiplies NaN with 0. */
  private static final Set<String> OF_BITS =
      Set.of("SHIFT-05", "SHIFT-06", "SHIFT-07", "SHIFT-10", "SHIFT-12", "VIEW-01", "CONCAT-02");

  @Test
  void shiftsAsSlicesKeepEveryRule() {
    assertEquals(OF_THE_RUNTIME, broken(OnnxExport.Shifts.SLICED, rule -> isOfNetworks(rule)));
  }

  @Test
  void shiftsAsConvolutionsKeepEveryRuleOfFiniteValues() {
    Set<String> expected = new TreeSet<>(OF_BITS);
    expected.add("NET-05");
    assertEquals(
        expected,
        broken(
            OnnxExport.Shifts.CONVOLVED,
            rule ->
                isOfNetworks(rule)
                    && (OF_BITS.contains(rule.id())
                        || rule.id().matches("(SHIFT|VIEW|NET|.*-05).*"))));
  }

  /** The other rules are about the session and the backend, and not about what is computed. */
  private static boolean isOfNetworks(Rule rule) {
    return !rule.id().startsWith("SESSION") && !rule.id().startsWith("SPI");
  }

  private static Set<String> broken(OnnxExport.Shifts shifts, Predicate<Rule> rules) {
    Set<String> ids = Rules.all().stream().filter(rules).map(Rule::id).collect(Collectors.toSet());
    Matrix matrix =
        Conformance.requiring(Set.of())
            .only(ids)
            .run(new RuntimeBackend.Provider(shifts), (_, _) -> {});
    return matrix.columns().getFirst().results().stream()
        .filter(result -> result.verdict() != Verdict.PASS)
        .map(result -> result.rule().id())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
