package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jocl.LibUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The probe, here and in JVMs that find less. */
class ProbingTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void devicesHereAreSane() {
    List<Device> devices = Driver.devices();
    for (Device device : devices) {
      assertEquals("opencl", device.backend());
      assertTrue(device.id().matches("[a-z0-9-]+:[a-z0-9.:-]+"), device.id());
      assertTrue(
          Set.of(Device.RANK_GPU, Device.RANK_CPU_DRIVER, Descriptions.RANK_OTHER)
              .contains(device.rank()),
          device::toString);
    }
    for (ClDevice device : Probing.look().devices()) {
      ClDevice.Facts facts = device.facts();
      assertTrue(facts.isAtLeast(1, 2), facts::toString);
      assertTrue(facts.computeUnits() > 0, facts::toString);
      assertTrue(facts.maxWorkGroup() > 0, facts::toString);
      assertTrue(facts.localMemory() > 0, facts::toString);
      assertTrue(facts.maxAllocation() > 0, facts::toString);
      assertTrue(facts.maxAllocation() <= facts.globalMemory(), facts::toString);
      assertEquals(1, Integer.bitCount(facts.addressAlignment()), facts::toString);
      assertTrue(facts.extensions().contains("cl_khr_byte_addressable_store"), facts::toString);
      assertFalse(facts.platform().isBlank(), facts::toString);
      assertFalse(facts.driver().isBlank(), facts::toString);
    }
  }

  @Test
  void aSecondProbeSaysTheSameAndNoThreadIsLeft() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Probe first = new OpenClProvider().probe();
    Probe second = new OpenClProvider().probe();
    if (first instanceof Probe.Available) {
      assertEquals(first, second);
    } else {
      assertEquals(first.getClass(), second.getClass());
    }
    Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
    after.removeAll(before);
    assertEquals(Set.of(), after);
  }

  /** So it cannot leave any: a context or queue that was never made. */
  @Test
  void theProbeMakesNoContextAndNoQueue() throws IOException {
    for (Class<?> type :
        List.of(
            OpenClProvider.class,
            OpenClLibrary.class,
            Probing.class,
            FactReader.class,
            ClDevice.class,
            Descriptions.class)) {
      try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
        assertNotNull(in);
        String code = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        assertTrue(code.contains("opencl"), type.getName());
        assertFalse(code.contains("clCreateContext"), type.getName());
        assertFalse(code.contains("clCreateCommandQueue"), type.getName());
      }
    }
  }

  @Test
  void everyDeviceOpensByItsIdentity() {
    for (Device device : Driver.devices()) {
      try (Backend backend = new OpenClProvider().open(device)) {
        assertEquals(device, backend.device());
      }
    }
  }

  @Test
  void devicesThatAreNotThereAreRefused() {
    OpenClProvider provider = new OpenClProvider();
    Device others = new Device("other", "pocl:cpu", "x", 0, Map.of());
    assertThrows(IllegalArgumentException.class, () -> provider.open(others));
    List<Device> devices = Driver.devices();
    Device madeUp = new Device("opencl", "nobody:no-such-device", "x", 0, Map.of());
    Exception refused = assertThrows(IllegalArgumentException.class, () -> provider.open(madeUp));
    assertTrue(
        String.valueOf(refused.getMessage()).contains(devices.getFirst().id()), refused.toString());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void withoutAnyDriver() throws Exception {
    Driver.devices();
    String found = probeIn(Map.of("OCL_ICD_VENDORS", folder.toString()), FreshJvm.ACCESS);
    assertEquals(
        twice(
            "no-platform: OpenCL's loader finds no driver: clGetPlatformIDs returned"
                + " CL_PLATFORM_NOT_FOUND_KHR (-1001); OCL_ICD_VENDORS is '"
                + folder
                + "'"),
        found);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void withoutTheLoader() throws Exception {
    hideTheLoader();
    // Nothing else on standard output: JOCL would print there if it were let.
    assertEquals(
        twice(
            "library-not-found: OpenCL's library cannot be loaded: "
                + folder.resolve("libOpenCL.so.1")
                + ": file too short; "
                + folder.resolve("libOpenCL.so")
                + ": file too short"),
        probeIn(Map.of("LD_LIBRARY_PATH", folder.toString()), FreshJvm.ACCESS));
  }

  private void hideTheLoader() throws IOException {
    for (String name : List.of("libOpenCL.so.1", "libOpenCL.so")) {
      Files.writeString(folder.resolve(name), "not a library");
    }
  }

  @Test
  void withoutNativeAccess() throws Exception {
    assertEquals(
        twice("native-access-denied: the JVM denies native access to the class path"),
        probeIn(Map.of(), "--illegal-native-access=deny"));
  }

  @Test
  void withoutATemporaryFolder() throws Exception {
    Driver.devices();
    Path file = Files.createFile(folder.resolve("file"));
    String found = probeIn(Map.of(), FreshJvm.ACCESS, "-Djava.io.tmpdir=" + file.resolve("below"));
    String wanted = "library-not-found: JOCL's own library cannot be loaded: java.io.IOException: ";
    assertEquals(2, found.lines().filter(line -> line.startsWith(wanted)).count(), found);
    assertEquals(2, found.lines().count(), found);
  }

  /** Another JVM may be writing the file under JOCL's usual name, or may have left half of it. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void filesInTheTemporaryFolderAreNeitherTrustedNorLeft() throws Exception {
    Driver.devices();
    String usual = LibUtils.createLibraryFileName(LibUtils.createPlatformLibraryName("JOCL_2_0_6"));
    try (InputStream in = LibUtils.class.getResourceAsStream("/lib/" + usual)) {
      assertNotNull(in, usual);
      Files.write(folder.resolve(usual), in.readNBytes(1000));
    }
    assertEquals(
        twice("available"), probeIn(Map.of(), FreshJvm.ACCESS, "-Djava.io.tmpdir=" + folder));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(folder.resolve(usual)), left.toList());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theSystemsLoaderIsQuoted() {
    Reason absent = OpenClLibrary.missing(List.of("libno-such-library.so.7")).orElseThrow();
    assertEquals(ReasonCode.LIBRARY_NOT_FOUND, absent.code());
    assertTrue(
        absent
            .message()
            .contains("libno-such-library.so.7: cannot open shared object file: No such file"),
        absent.message());
    Reason another = OpenClLibrary.missing(List.of("libm.so.6")).orElseThrow();
    assertEquals(ReasonCode.SYMBOL_MISSING, another.code());
    assertTrue(another.message().contains("clEnqueueFillBuffer"), another.message());
  }

  private static String twice(String line) {
    return line + "\n" + line;
  }

  private static String probeIn(Map<String, String> variables, String... flags)
      throws IOException, InterruptedException {
    return FreshJvm.run(Twice.class, variables, List.of(flags));
  }

  /** Prints what the probe finds, two times: run in JVMs of its own. */
  static final class Twice {
    private Twice() {}

    // The test reads the standard output of this program.
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
      for (int i = 0; i < 2; i++) {
        System.out.println(words(new OpenClProvider().probe()));
      }
      // What cannot be probed cannot be opened; and that is no crash.
      Device device = new Device("opencl", "nobody:nothing", "x", 0, Map.of());
      try {
        new OpenClProvider().open(device).close();
        System.out.println("opened");
      } catch (BackendException | IllegalArgumentException e) {
        if (String.valueOf(e.getMessage()).lines().count() != 1) {
          System.out.println(e.getMessage());
        }
      }
    }

    private static String words(Probe probe) {
      return switch (probe) {
        case Probe.Available _ -> "available";
        case Probe.Unavailable(var reasons) ->
            String.join(
                " | ",
                reasons.stream().map(one -> one.code().word() + ": " + one.message()).toList());
      };
    }
  }
}
