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

  private static Requirements usual(String version) {
    return new Requirements(version, true, true, true, FULL, ClDevice.Kind.GPU, 256);
  }

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
    assertEquals(List.of(), against(usual("OpenCL 1.2 Toaster")));
    assertEquals(List.of(), against(usual("OpenCL 3.0")));
  }

  @Test
  void oldOnesAreRefusedWithBothVersions() {
    for (String version : List.of("OpenCL 1.1 Toaster", "OpenCL 1.0", "Open CL 3.0", "")) {
      assertEquals(
          List.of(
              "'Toaster' of platform 'Kitchen' has '" + version + "', wanted OpenCL 1.2 or later"),
          against(usual(version)));
    }
  }

  @Test
  void everyReasonIsNamed() {
    List<String> reasons =
        against(
            new Requirements(
                "OpenCL 1.1", false, false, false, "EMBEDDED_PROFILE", ClDevice.Kind.GPU, 32));
    List<String> words =
        List.of(
            "OpenCL 1.1", "not available", "compiler", "big-endian", "EMBEDDED_PROFILE", "items");
    assertEquals(words.size(), reasons.size());
    for (int i = 0; i < words.size(); i++) {
      assertTrue(reasons.get(i).contains(words.get(i)), reasons.get(i));
    }
  }

  @Test
  void allButProcessorsNeedWideGroups() {
    assertEquals(List.of(), against(narrow(ClDevice.Kind.CPU, 1)));
    for (ClDevice.Kind kind : List.of(ClDevice.Kind.GPU, ClDevice.Kind.OTHER)) {
      assertEquals(List.of(), against(narrow(kind, 64)));
      assertEquals(
          List.of("'Toaster' of platform 'Kitchen' has work-groups of at most 63 items, wanted 64"),
          against(narrow(kind, 63)));
    }
  }

  private static Requirements narrow(ClDevice.Kind kind, long maxWorkGroup) {
    return new Requirements("OpenCL 1.2", true, true, true, FULL, kind, maxWorkGroup);
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
