package dev.shiftwise.conformance;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs that not every machine has, such as a driver: without it the test is skipped,
 * or fails where {@code -Dshiftwise.require} names it.
 */
public final class Required {
  private Required() {}

  /**
   * Ends the test.
   *
   * @param word what {@link Conformance#REQUIRE} calls that which is not there
   * @param why says that it is not there, and where it was looked for
   */
  public static void skip(String word, String why) {
    skip(Conformance.named(System.getProperty(Conformance.REQUIRE, "")), word, why);
  }

  static void skip(Set<String> required, String word, String why) {
    if (required.contains(word)) {
      throw new AssertionError("required: " + why);
    }
    Assumptions.abort("untested: " + why);
  }

  /**
   * Returns what was found, or ends the test.
   *
   * @param <T> the type of it
   * @param word what {@link Conformance#REQUIRE} calls it
   * @param absent says that it is not there, and where it was looked for
   */
  public static <T> T present(Optional<T> found, String word, String absent) {
    if (found.isEmpty()) {
      skip(word, absent);
    }
    return found.orElseThrow();
  }
}
