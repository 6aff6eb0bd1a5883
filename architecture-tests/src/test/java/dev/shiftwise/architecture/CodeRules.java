package dev.shiftwise.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/** What no code of Shiftwise does, whichever module it lies in. */
final class CodeRules {
  private static final Set<String> HOLDERS =
      Set.of("java.lang.ThreadLocal", "java.lang.StringBuilder", "java.util.BitSet");

  /**
   * Types whose very declaration says that they change. Interfaces such as List are left out, since
   * a constant made with {@code List.of} is declared that way; so are arrays, which serve as
   * tables.
   */
  private static final DescribedPredicate<JavaClass> MADE_TO_CHANGE =
      DescribedPredicate.describe(
          "a type made to be changed",
          type ->
              HOLDERS.contains(type.getName())
                  || type.getPackageName().equals("java.util.concurrent.atomic")
                  || type.isAssignableTo(Lock.class)
                  || (!type.isInterface()
                      && (type.isAssignableTo(Collection.class)
                          || type.isAssignableTo(Map.class))));

  static final ArchRule STATIC_FIELDS_ARE_FINAL =
      noFields()
          .that()
          .areStatic()
          .should()
          .notBeFinal()
          .because("there is no static mutable state");

  static final ArchRule STATIC_FIELDS_HOLD_NOTHING_MUTABLE =
      noFields()
          .that()
          .areStatic()
          .and()
          .doNotHaveModifier(JavaModifier.SYNTHETIC)
          .should()
          .haveRawType(MADE_TO_CHANGE)
          .because("there is no static mutable state");

  static final ArchRule NOTHING_IS_PRINTED = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  static final ArchRule NO_JAVA_UTIL_LOGGING =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.logging")
          .because("System.Logger leaves the choice to the application");

  private CodeRules() {}

  /** Package {@code left} of the API knows nothing of package {@code right}. */
  static ArchRule leftDoesNotUseRight(String left, String right) {
    return noClasses()
        .that()
        .resideInAPackage("dev.shiftwise." + left)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.shiftwise." + right);
  }
}
