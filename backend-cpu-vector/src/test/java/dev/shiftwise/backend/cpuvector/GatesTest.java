package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.ReasonCode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The gates, here and in JVMs that were started wrongly. */
class GatesTest {
  private static final String MODULE = FreshJvm.MODULE;
  private static final String ACCESS = FreshJvm.ACCESS;

  @Test
  void theyAreOpenHere() {
    CpuVectorProvider provider = new CpuVectorProvider();
    Probe.Available available = assertInstanceOf(Probe.Available.class, provider.probe());
    Device device = available.devices().getFirst();
    assertEquals("cpu-vector", provider.name());
    assertEquals("cpu", device.id());
    try (Backend backend = provider.open(device)) {
      assertEquals(device, backend.device());
    }
  }

  @Test
  void anotherBackendsDeviceIsRefused() {
    Device other = new Device("other", "cpu", "x", 0, Map.of());
    assertThrows(IllegalArgumentException.class, () -> new CpuVectorProvider().open(other));
  }

  @Test
  void onlyHotSpotWithC2WillDo() {
    assertTrue(Gates.compiler("OpenJDK 64-Bit Server VM", "mixed mode, sharing", 4).isEmpty());
    assertEquals(
        ReasonCode.C2_DISABLED,
        Gates.compiler("Eclipse OpenJ9 VM", "JRE 25", 4).orElseThrow().code());
  }

  @Test
  void withoutTheModule() throws Exception {
    assertEquals("incubator-module-missing", probeIn(ACCESS));
  }

  @Test
  void withoutTheOptimisingCompiler() throws Exception {
    assertEquals("c2-disabled", probeIn(MODULE, ACCESS, "-Xint"));
    for (int level = 1; level <= 3; level++) {
      assertEquals("c2-disabled", probeIn(MODULE, ACCESS, "-XX:TieredStopAtLevel=" + level));
    }
  }

  @Test
  void withoutNativeAccess() throws Exception {
    assertEquals("native-access-denied", probeIn(MODULE, "--illegal-native-access=deny"));
  }

  @Test
  void everyReasonIsNamed() throws Exception {
    assertEquals(
        "incubator-module-missing c2-disabled native-access-denied",
        probeIn("--illegal-native-access=deny", "-Xint"));
  }

  @Test
  void withEverything() throws Exception {
    assertEquals("available", probeIn(MODULE, ACCESS));
  }

  /** Prints what the probe finds: run in JVMs of its own. */
  static final class Probing {
    private Probing() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      System.out.println(
          switch (new CpuVectorProvider().probe()) {
            case Probe.Available _ -> "available";
            case Probe.Unavailable(var reasons) ->
                String.join(" ", reasons.stream().map(reason -> reason.code().word()).toList());
          });
    }
  }

  private static String probeIn(String... flags) throws IOException, InterruptedException {
    return FreshJvm.run(Probing.class, List.of(flags));
  }
}
