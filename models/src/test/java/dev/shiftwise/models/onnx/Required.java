package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.fail;

import dev.shiftwise.conformance.Conformance;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** What a test needs that not every machine has. */
final class Required {
  private Required() {}

  /**
   * Skips the test, or fails it where that is required.
   *
   * @param word what {@code -Dshiftwise.require} calls it
   * @param why says that it is not there
   */
  static void skip(String word, String why) {
    if (Arrays.asList(System.getProperty(Conformance.REQUIRE, "").split(",")).contains(word)) {
      fail("required: " + why);
    }
    Assumptions.abort(why);
  }
}
