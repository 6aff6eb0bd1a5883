package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command as a user starts it: exit codes, streams, and what the JVM may lack. */
final class ProcessTest {
  private static final List<String> USUAL = List.of(Processes.NATIVE_ACCESS);
  private static final String BOOT = Repository.photograph("ankle-boot-000.png").toString();

  @Test
  void devicesOnTheModulePath() throws IOException, InterruptedException {
    Cli run = Processes.modular(USUAL, "devices").requireSuccess();
    assertTrue(run.out().contains("\ncpu-vector\n  cpu  "), run.out());
    assertTrue(run.out().contains("\nopencl"), run.out());
  }

  @Test
  void onlyTheResultIsOnStandardOutput() throws IOException, InterruptedException {
    Cli run = Processes.modular(USUAL, "classify", BOOT, "--json").requireSuccess();
    assertEquals(1, run.out().lines().count());
    assertTrue(run.out().startsWith("[{\"image\":\"" + BOOT + "\""), run.out());
  }

  @Test
  void verboseShowsWhichDeviceWasTaken() throws IOException, InterruptedException {
    Cli run = Processes.modular(USUAL, "classify", BOOT, "--json", "--verbose");
    assertEquals(0, run.exitCode());
    assertEquals(1, run.out().lines().count());
    assertTrue(run.err().contains("INFO: taken: cpu-vector cpu "), run.err());
  }

  @Test
  void exitCodes() throws IOException, InterruptedException {
    Processes.modular(USUAL, "classify", BOOT, "--top", "0").requireError(2);
    Processes.modular(USUAL, "evaluate", "--data", "/no/such/folder").requireError(1);
    assertTrue(Processes.modular(USUAL, "--help").requireSuccess().out().contains("classify"));
  }

  @Test
  void theClassPathNeedsAFlagAndSaysSo() throws IOException, InterruptedException {
    Cli run = Processes.fromClassPath(List.of(), "devices");
    assertTrue(run.out().contains("\ncpu-vector is unavailable\n"), run.out());
    assertTrue(run.out().contains("incubator-module-missing: "), run.out());
    assertTrue(run.out().contains("--add-modules jdk.incubator.vector"), run.out());
    Processes.fromClassPath(
            List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),
            "devices")
        .requireSuccess();
  }

  @Test
  void everyReasonIsShownNotOnlyTheFirst() throws IOException, InterruptedException {
    List<String> poor = List.of("-XX:TieredStopAtLevel=1", "--illegal-native-access=deny");
    Cli devices = Processes.modular(poor, "devices");
    assertEquals(1, devices.exitCode());
    for (String code : List.of("c2-disabled", "native-access-denied")) {
      assertTrue(devices.out().contains("  " + code + ": "), devices.out());
    }
    assertTrue(
        devices
            .out()
            .contains(
                "\nopencl is unavailable\n"
                    + "  native-access-denied: the JVM denies native access to"
                    + " dev.shiftwise.backend.opencl and jocl\n"
                    + "    remedy: start java with"
                    + " --enable-native-access=dev.shiftwise.backend.opencl,jocl\n"),
        devices.out());
    Cli classify = Processes.modular(poor, "classify", BOOT).requireError(1);
    assertTrue(classify.err().contains("c2-disabled"), classify.err());
    assertTrue(classify.err().contains("native-access-denied"), classify.err());
    assertFalse(classify.err().contains("\tat "), classify.err());
  }

  @Test
  void eachModuleThatNativeAccessIsDeniedToIsNamed() throws IOException, InterruptedException {
    for (String denied : List.of("dev.shiftwise.backend.opencl", "jocl")) {
      String others = Processes.NATIVE_ACCESS.replace("," + denied + ",", ",");
      List<String> flags = List.of("--illegal-native-access=deny", others);
      Cli devices = Processes.modular(flags, "devices").requireSuccess();
      assertTrue(
          devices
              .out()
              .contains("  native-access-denied: the JVM denies native access to " + denied + "\n"),
          devices.out());
    }
  }
}
