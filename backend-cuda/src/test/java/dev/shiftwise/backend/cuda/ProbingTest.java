package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Reason;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The probe on machines that have this and lack that, of drivers made for the purpose. */
@EnabledOnOs(OS.LINUX)
class ProbingTest {
  @TempDir private Path folder = Path.of("");

  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();
  private final CCompiler compiler = CCompiler.installed();

  private Path driver(String... macros) throws IOException, InterruptedException {
    Path library = folder.resolve("driver/libcuda.so.1");
    properties.put(LibrarySearch.DRIVER, library.toString());
    return compiler.library("fake-driver.c", library, macros);
  }

  private Path nvrtc(String... macros) throws IOException, InterruptedException {
    Path library = folder.resolve("nvrtc/libnvrtc.so.12");
    properties.put(LibrarySearch.NVRTC, library.toString());
    return compiler.library("fake-nvrtc.c", library, macros);
  }

  private Probing.Found found() {
    return Probing.look(new LibrarySearch(variables::get, properties::get, folder));
  }

  /** Returns the reasons as {@code code: message}. */
  private List<String> reasons() {
    Probing.Found found = found();
    assertEquals(List.of(), found.devices());
    for (Reason reason : found.reasons()) {
      assertFalse(reason.remedy().isBlank(), reason::toString);
      assertEquals(1, reason.toString().lines().count(), reason::toString);
    }
    return found.reasons().stream().map(one -> one.code().word() + ": " + one.message()).toList();
  }

  private static int architecture(CudaDevice device) {
    Compiler compiler = Objects.requireNonNull(device.compiler());
    return compiler.architectureFor(device.facts().capability()).orElseThrow();
  }

  @Test
  void devicesAreFoundAndNoContextIsLeft() throws Exception {
    Path driver = driver("DEVICES=2");
    Path nvrtc = nvrtc();
    Probing.Found found = found();
    assertEquals(List.of(), found.reasons());
    List<Device> devices =
        found.devices().stream().map(one -> Descriptions.device("cuda", one)).toList();
    assertEquals(
        List.of(
            "cuda GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfe00 (Imagined device 0)",
            "cuda GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfe01 (Imagined device 1)"),
        devices.stream().map(Device::toString).toList());
    assertEquals(Device.RANK_GPU, devices.getFirst().rank());
    assertEquals(
        "{compute capability=9.0, driver=CUDA 12.4, NVRTC=12.4, memory=81920 MiB,"
            + " multiprocessors=132, second-level cache=50 MiB, PCI=0000:1B:00.1}",
        devices.getLast().properties().toString());
    assertEquals(90, architecture(found.devices().getFirst()));
    assertEquals(0, number(driver, "contexts"));
    assertEquals(0, number(nvrtc, "programs"));
  }

  @SuppressWarnings("restricted")
  private static int number(Path library, String variable) throws Exception {
    return NativeLibrary.open(library.toString())
        .find(variable)
        .orElseThrow()
        .reinterpret(Integer.BYTES)
        .get(ValueLayout.JAVA_INT, 0);
  }

  @Test
  void withNothingAtAllEveryPlaceIsNamed() {
    properties.put(LibrarySearch.DRIVER, "/no/libcuda.so.1");
    properties.put(LibrarySearch.NVRTC, "/no/libnvrtc.so.12");
    String loader = ": cannot open shared object file: No such file or directory";
    assertEquals(
        List.of(
            "library-not-found: CUDA's driver cannot be loaded: /no/libcuda.so.1" + loader,
            "library-not-found: NVRTC, CUDA's compiler, cannot be loaded: /no/libnvrtc.so.12"
                + loader),
        reasons());
  }

  @Test
  void oldDriversAreRefusedWithBothVersions() throws Exception {
    Path driver = driver("VERSION=11080", "WITHOUT_CAPTURE");
    nvrtc();
    assertEquals(
        List.of(
            "driver-too-old: the driver " + driver + " has CUDA 11.8, wanted 12.0 or later",
            "symbol-missing: "
                + driver
                + " lacks cuStreamBeginCapture_v2, cuStreamEndCapture of CUDA 12.0"),
        reasons());
  }

  @Test
  void whyTheDriverDoesNotStart() throws Exception {
    nvrtc();
    driver("STARTS=100");
    assertEquals(
        List.of(
            "no-device: the driver does not start: cuInit returned CUDA_ERROR_NO_DEVICE (100)"
                + visible()),
        reasons());
  }

  private static String visible() {
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    return visible == null ? "" : "; CUDA_VISIBLE_DEVICES is '" + visible + "'";
  }

  @Test
  void driversOfTwoHalvesThatDoNotFit() throws Exception {
    nvrtc();
    driver("STARTS=803");
    assertEquals(
        List.of(
            "version-mismatch: the driver does not start: cuInit returned"
                + " CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)"),
        reasons());
  }

  @Test
  void stubsAreCalledStubs() throws Exception {
    nvrtc();
    driver("STARTS=34");
    assertEquals(
        List.of(
            "library-not-found: the driver does not start: cuInit returned an error that this"
                + " driver has no name for (34)"),
        reasons());
    assertTrue(found().reasons().getFirst().remedy().contains("stub"));
  }

  @Test
  void withoutDevices() throws Exception {
    nvrtc();
    driver("DEVICES=0");
    assertEquals(List.of("no-device: the driver sees no device" + visible()), reasons());
  }

  @Test
  void devicesThatGiveNoAnswer() throws Exception {
    nvrtc();
    driver("NAMES=46");
    List<String> reasons = reasons();
    assertEquals(1, reasons.size());
    assertTrue(
        reasons
            .getFirst()
            .startsWith(
                "no-device: device 0 gives no answer: cuDeviceGetName returned"
                    + " CUDA_ERROR_DEVICE_UNAVAILABLE (46)"),
        reasons::toString);
  }

  @Test
  void devicesWithoutRoomForAContext() throws Exception {
    nvrtc();
    Path driver = driver("RETAINS=2");
    assertEquals(
        List.of(
            "out-of-memory: 'Imagined device 0' (GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfe00) gives no"
                + " context: cuDevicePrimaryCtxRetain returned CUDA_ERROR_OUT_OF_MEMORY (2), out of"
                + " memory"),
        reasons());
    assertEquals(0, number(driver, "contexts"));
  }

  @Test
  void everyReasonIsNamedNotOnlyTheFirst() throws Exception {
    driver("RETAINS=2", "CAPABILITY=120");
    Path nvrtc = nvrtc();
    assertEquals(
        List.of(
            "out-of-memory: 'Imagined device 0' (GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfe00) gives no"
                + " context: cuDevicePrimaryCtxRetain returned CUDA_ERROR_OUT_OF_MEMORY (2), out of"
                + " memory",
            "version-mismatch: 'Imagined device 0' (GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfe00) has"
                + " compute capability 12.0, which NVRTC 12.4 in "
                + nvrtc
                + " (for 7.0 to 9.0) does not compile for"),
        reasons());
  }

  @Test
  void compilersThatAreNewerThanTheDriver() throws Exception {
    driver();
    Path nvrtc = nvrtc("MAJOR=13", "MINOR=1");
    assertEquals(
        List.of(
            "version-mismatch: NVRTC in "
                + nvrtc
                + " has version 13.1, the driver takes programs of CUDA 12 at most"),
        reasons());
  }

  @Test
  void compilersThatDoNotCompile() throws Exception {
    driver();
    Path nvrtc = nvrtc("COMPILES=7");
    assertEquals(
        List.of(
            "version-mismatch: NVRTC in "
                + nvrtc
                + " does not work: kernel 'trial.cu' does not compile:"
                + " NVRTC_ERROR_BUILTIN_OPERATION_FAILURE (7): failed to open its second half"),
        reasons());
    assertEquals(0, number(nvrtc, "programs"));
  }

  @Test
  void compilersThatLackFunctions() throws Exception {
    driver();
    Path nvrtc = nvrtc("WITHOUT_ERRORS");
    assertEquals(
        List.of("symbol-missing: " + nvrtc + " lacks nvrtcGetErrorString of NVRTC 12.0"),
        reasons());
  }

  /** The first one found is for older devices only; another one is not. */
  @Test
  void theCompilerIsChosenByTheDevice() throws Exception {
    driver("CAPABILITY=103");
    variables.put("CUDA_PATH", folder.resolve("old").toString());
    variables.put("CUDA_HOME", folder.resolve("new").toString());
    compiler.library(
        "fake-nvrtc.c", folder.resolve("old/lib64/libnvrtc.so.12"), "ARCHITECTURES=80,90");
    Path right =
        compiler.library(
            "fake-nvrtc.c",
            folder.resolve("new/lib64/libnvrtc.so.12"),
            "MINOR=9",
            "ARCHITECTURES=90,100,110");
    List<CudaDevice> devices = found().devices();
    assertEquals(1, devices.size());
    Compiler compiler = Objects.requireNonNull(devices.getFirst().compiler());
    assertEquals(right.toString(), compiler.file());
    assertEquals(100, architecture(devices.getFirst()));
  }

  @Test
  void filesThatAreNoLibraries() throws Exception {
    Path driver = Files.writeString(folder.resolve("libcuda.so.1"), "not a library");
    properties.put(LibrarySearch.DRIVER, driver.toString());
    nvrtc();
    assertEquals(
        List.of(
            "library-not-found: CUDA's driver cannot be loaded: " + driver + ": file too short"),
        reasons());
  }

  @Test
  void hereThereIsADeviceOrAReason() {
    Probing.Found found = Probing.look();
    assertTrue(!found.devices().isEmpty() || !found.reasons().isEmpty());
    for (Reason reason : found.reasons()) {
      assertFalse(Objects.toString(reason.message(), "").isBlank());
    }
  }
}
