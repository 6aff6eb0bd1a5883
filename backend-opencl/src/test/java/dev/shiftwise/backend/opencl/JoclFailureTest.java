package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import org.junit.jupiter.api.Test;

/** What the texts of JOCL 2.0.6 mean. */
class JoclFailureTest {

  private static String both(String first, String second) {
    return """
    Error while loading native library "JOCL_2_0_6-linux-x86_64"
    Operating system name: Linux
    ---(start of nested stack traces)---
    Stack trace from the attempt to load the library as a file:
    %s
    	at org.jocl.LibUtils.loadLibrary(LibUtils.java:144)
    Stack trace from the attempt to load the library as a resource:
    %s
    	at org.jocl.LibUtils.loadLibrary(LibUtils.java:159)
    ---(end of nested stack traces)---
    """
        .formatted(first, second);
  }

  private static Reason first(String text) {
    Reason first = JoclFailure.reason(new UnsatisfiedLinkError(text));
    // What the JVM throws from then on.
    NoClassDefFoundError later = new NoClassDefFoundError("Could not initialize class org.jocl.CL");
    later.initCause(
        new ExceptionInInitializerError("Exception java.lang.UnsatisfiedLinkError: " + text));
    Reason second = JoclFailure.reason(later);
    assertEquals(first.toString(), second.toString());
    assertEquals(1, first.toString().lines().count());
    return first;
  }

  @Test
  void deniedAccess() {
    String denied = "java.lang.IllegalCallerException: Illegal native access from module jocl";
    Reason reason = first(both(denied, denied));
    assertEquals(ReasonCode.NATIVE_ACCESS_DENIED, reason.code());
    assertTrue(reason.remedy().endsWith("--enable-native-access=ALL-UNNAMED"), reason.remedy());
  }

  @Test
  void aFolderWhereNothingRuns() {
    Reason reason =
        first(
            both(
                "java.lang.UnsatisfiedLinkError: no JOCL_2_0_6-linux-x86_64 in java.library.path",
                "java.lang.UnsatisfiedLinkError: /tmp/x.so: failed to map segment"));
    assertEquals(ReasonCode.LIBRARY_NOT_FOUND, reason.code());
    assertEquals(
        "JOCL's own library cannot be loaded:"
            + " java.lang.UnsatisfiedLinkError: /tmp/x.so: failed to map segment",
        reason.message());
    assertTrue(reason.remedy().contains("-Djava.io.tmpdir="), reason.remedy());
  }

  @Test
  void aSystemThatJoclIsNotBuiltFor() {
    Reason reason =
        first(
            both(
                "java.lang.UnsatisfiedLinkError: no JOCL_2_0_6-linux-unknown",
                "java.io.IOException: No resource found with name '/lib/libJOCL_2_0_6-x.so'"));
    assertEquals(ReasonCode.LIBRARY_NOT_FOUND, reason.code());
    assertTrue(
        reason.message().startsWith("JOCL has no library for " + System.getProperty("os.name")),
        reason.message());
  }

  @Test
  void openClItself() {
    Reason reason =
        first(
            "Could not initialize native OpenCL library."
                + " Implementation library could not be loaded");
    assertEquals("OpenCL's library cannot be loaded", reason.message());
  }

  @Test
  void joclLeftOut() {
    Reason reason = JoclFailure.reason(new ClassNotFoundException("org.jocl.CL"));
    assertEquals("JOCL is not on the path", reason.message());
  }
}
