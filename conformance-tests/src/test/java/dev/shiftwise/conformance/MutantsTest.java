package dev.shiftwise.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule can fail: each has a mutant, and none survives. */
final class MutantsTest {
  private static final Map<String, Rule> RULES =
      Rules.all().stream().collect(Collectors.toMap(Rule::id, Function.identity()));

  @Test
  void everyRuleHasAMutant() {
    Set<String> without = new TreeSet<>(RULES.keySet());
    Mutant.all().forEach(mutant -> without.remove(mutant.rule()));
    assertEquals(Set.of(), without, "rules without a mutant");
  }

  @TestFactory
  Stream<DynamicTest> noMutantSurvives() {
    return Mutant.all().stream()
        .map(mutant -> dynamicTest(mutant.toString(), () -> requireFound(mutant)));
  }

  private static void requireFound(Mutant mutant) {
    Rule rule = RULES.get(mutant.rule());
    if (rule == null) {
      throw new AssertionError("there is no rule " + mutant.rule());
    }
    Result result = rule.run(mutant.subject().get());
    assertEquals(Verdict.FAIL, result.verdict(), () -> mutant + ", but: " + result);
  }
}
