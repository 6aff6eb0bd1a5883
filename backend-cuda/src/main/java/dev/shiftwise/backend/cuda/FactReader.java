package dev.shiftwise.backend.cuda;

import static dev.shiftwise.backend.cuda.CudaConstants.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static dev.shiftwise.backend.cuda.CudaConstants.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static dev.shiftwise.backend.cuda.CudaConstants.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE;
import static dev.shiftwise.backend.cuda.CudaConstants.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** Asks the driver about devices. Makes no context. */
final class FactReader {
  /** Bytes of a name; longer ones are cut. */
  private static final int TEXT = 256;

  private static final int UUID = 16;

  private final CudaDriver driver;
  private final int driverVersion;

  /**
   * Takes whom to ask.
   *
   * @param driverVersion what the driver implements, as 13000 for CUDA 13.0
   */
  FactReader(CudaDriver driver, int driverVersion) {
    this.driver = driver;
    this.driverVersion = driverVersion;
  }

  /** Returns how many devices there are. */
  int count() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      driver.check(driver.cuDeviceGetCount(count), "cuDeviceGetCount");
      return count.get(JAVA_INT, 0);
    }
  }

  /** Returns the driver's handle of a device. */
  int handle(int ordinal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment device = arena.allocate(JAVA_INT);
      driver.check(driver.cuDeviceGet(device, ordinal), "cuDeviceGet(" + ordinal + ")");
      return device.get(JAVA_INT, 0);
    }
  }

  /** Returns what a device says of itself. */
  CudaDevice.Facts facts(int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT);
      driver.check(driver.cuDeviceGetName(text, TEXT, device), "cuDeviceGetName");
      String name = text.getString(0).strip();
      driver.check(driver.cuDeviceGetPCIBusId(text, TEXT, device), "cuDeviceGetPCIBusId");
      String pci = text.getString(0);
      MemorySegment uuid = arena.allocate(UUID);
      driver.check(driver.cuDeviceGetUuid_v2(uuid, device), "cuDeviceGetUuid");
      MemorySegment memory = arena.allocate(JAVA_LONG);
      driver.check(driver.cuDeviceTotalMem_v2(memory, device), "cuDeviceTotalMem");
      return new CudaDevice.Facts(
          identity(name, uuid.toArray(JAVA_BYTE)),
          name,
          attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device) * 10
              + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device),
          memory.get(JAVA_LONG, 0),
          driverVersion,
          attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device),
          attribute(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, device),
          pci);
    }
  }

  /** Returns one of a device's attributes. */
  int attribute(int attribute, int device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      driver.check(
          driver.cuDeviceGetAttribute(value, attribute, device),
          "cuDeviceGetAttribute(" + attribute + ")");
      return value.get(JAVA_INT, 0);
    }
  }

  /** As nvidia-smi writes it; a slice of a device has a UUID of its own, and says so by name. */
  static String identity(String name, byte[] uuid) {
    String hex = HexFormat.of().formatHex(uuid);
    return String.join(
        "-",
        (name.contains(" MIG ") ? "MIG-" : "GPU-") + hex.substring(0, 8),
        hex.substring(8, 12),
        hex.substring(12, 16),
        hex.substring(16, 20),
        hex.substring(20));
  }
}
