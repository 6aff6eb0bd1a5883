package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequirementsTest {
  private static final String FULL = "FULL_PROFILE";

  private static List<String> against(Requirements requirements) {
    List<Reason> reasons = requirements.unmet("'Toaster' of platform 'Kitchen'");
    for (Reason reason : reasons) {
      assertEquals(ReasonCode.DRIVER_TOO_OLD, reason.code());
      assertFalse(reason.remedy().isBlank());
    }
    return reasons.stream().map(Reason::message).toList();
  }

  @Test
  void aUsualDeviceIsTaken() {
    assertEquals(
        List.of(), against(new Requirements("OpenCL 1.2 Toaster", true, true, true, FULL)));
    assertEquals(List.of(), against(new Requirements("OpenCL 3.0", true, true, true, FULL)));
  }

  @Test
  void oldOnesAreRefusedWithBothVersions() {
    for (String version : List.of("OpenCL 1.1 Toaster", "OpenCL 1.0", "Open CL 3.0", "")) {
      assertEquals(
          List.of(
              "'Toaster' of platform 'Kitchen' has '" + version + "', wanted OpenCL 1.2 or later"),
          against(new Requirements(version, true, true, true, FULL)));
    }
  }

  @Test
  void everyReasonIsNamed() {
    List<String> reasons =
        against(new Requirements("OpenCL 1.1", false, false, false, "EMBEDDED_PROFILE"));
    List<String> words =
        List.of("OpenCL 1.1", "not available", "compiler", "big-endian", "EMBEDDED_PROFILE");
    assertEquals(words.size(), reasons.size());
    for (int i = 0; i < words.size(); i++) {
      assertTrue(reasons.get(i).contains(words.get(i)), reasons.get(i));
    }
  }

  @Test
  void versionsAreReadFromWhatVendorsAdd() {
    assertEquals(new Version(3, 0), Version.of("OpenCL 3.0 PoCL HSTR: pthread-x86_64"));
    assertEquals(new Version(1, 2), Version.of("OpenCL 1.2"));
    assertEquals(new Version(12, 34), Version.of("OpenCL 12.34 FUTURE"));
    assertEquals(new Version(0, 0), Version.of("OpenCL 99999999999.0"));
    assertTrue(new Version(2, 0).isAtLeast(1, 2));
    assertTrue(new Version(1, 2).isAtLeast(1, 2));
    assertFalse(new Version(1, 1).isAtLeast(1, 2));
    assertFalse(new Version(1, 9).isAtLeast(2, 0));
  }
}
