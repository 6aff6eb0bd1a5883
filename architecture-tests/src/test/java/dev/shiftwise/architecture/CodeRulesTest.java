package dev.shiftwise.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.shiftwise.architecture.samples.Careless;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules hold for all of Shiftwise, and each finds the breach it is there for. */
final class CodeRulesTest {
  /** Dependencies between the packages of the API point only to the left. */
  private static final List<String> API_ORDER =
      List.of("tensor", "view", "network", "plan", "backend");

  private static final JavaClasses SHIFTWISE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.shiftwise");

  private static final JavaClasses CARELESS = new ClassFileImporter().importClasses(Careless.class);

  /** An application prints, and decides where the log goes. */
  private static final DescribedPredicate<JavaClass> ARE_NO_APPLICATION =
      DescribedPredicate.describe(
          "are outside the command line",
          type -> !type.getPackageName().startsWith("dev.shiftwise.cli"));

  @Test
  void packagesOfTheApiDependOnlyLeftwards() {
    for (int right = 1; right < API_ORDER.size(); right++) {
      for (int left = 0; left < right; left++) {
        CodeRules.leftDoesNotUseRight(API_ORDER.get(left), API_ORDER.get(right))
            .because("the order is " + String.join(" <- ", API_ORDER))
            .check(SHIFTWISE);
      }
    }
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("dev.shiftwise.(**)").should().beFreeOfCycles().check(SHIFTWISE);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> unmarked =
        SHIFTWISE.stream()
            .map(JavaClass::getPackage)
            .filter(one -> !one.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), unmarked, "packages without @NullMarked in package-info.java");
  }

  @Test
  void onlyTheCommandLinePrints() {
    CodeRules.NOTHING_IS_PRINTED.check(SHIFTWISE.that(ARE_NO_APPLICATION));
  }

  @Test
  void thereIsNoStaticMutableState() {
    CodeRules.STATIC_FIELDS_ARE_FINAL.check(SHIFTWISE);
    CodeRules.STATIC_FIELDS_HOLD_NOTHING_MUTABLE.check(SHIFTWISE);
  }

  @Test
  void loggingGoesThroughSystemLogger() {
    CodeRules.NO_JAVA_UTIL_LOGGING.check(SHIFTWISE.that(ARE_NO_APPLICATION));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void eachRuleFindsItsBreach(ArchRule rule) {
    assertThrows(AssertionError.class, () -> rule.check(CARELESS));
  }

  static Stream<ArchRule> rules() {
    return Stream.of(
        CodeRules.STATIC_FIELDS_ARE_FINAL,
        CodeRules.STATIC_FIELDS_HOLD_NOTHING_MUTABLE,
        CodeRules.NOTHING_IS_PRINTED,
        CodeRules.NO_JAVA_UTIL_LOGGING,
        CodeRules.leftDoesNotUseRight("architecture.samples", "architecture"));
  }
}
