package dev.shiftwise.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class RequiredTest {
  @Test
  void whatIsNamedFailsAndOthersAreSkipped() {
    Set<String> required = Set.of("opencl");
    AssertionError failure =
        assertThrows(AssertionError.class, () -> Required.skip(required, "opencl", "no driver"));
    assertEquals("required: no driver", failure.getMessage());
    assertThrows(TestAbortedException.class, () -> Required.skip(required, "cuda", "no driver"));
  }

  @Test
  void whatIsPresent() {
    assertEquals("it", Required.present(Optional.of("it"), "word", "absent"));
    assertThrows(
        TestAbortedException.class,
        () -> Required.present(Optional.empty(), "no machine has this", "absent"));
  }
}
