package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.fail;

import dev.shiftwise.conformance.Conformance;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** What a test needs that not every machine has. */
final class Needs {
  private Needs() {}

  /**
   * Returns it; without it the test is skipped, or fails where it is required.
   *
   * @param word what {@code -Dshiftwise.require} calls it
   * @param absent says that it is not there, and where it was looked for
   */
  static <T> T present(Optional<T> found, String word, String absent) {
    if (found.isEmpty()) {
      if (Arrays.asList(System.getProperty(Conformance.REQUIRE, "").split(",")).contains(word)) {
        fail("required: " + absent);
      }
      Assumptions.abort("untested: " + absent);
    }
    return found.orElseThrow();
  }
}
