package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shiftwise.backend.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What is said when a device has not enough memory: asked, free, total, device. */
final class MemoryReport {
  private MemoryReport() {}

  /** Checks a call that allocates. To be called inside the device's context. */
  static void check(CudaDevice device, int result, long asked, String call) {
    if (result == CudaConstants.CUDA_ERROR_OUT_OF_MEMORY) {
      throw exhausted(device, asked, call);
    }
    device.driver().check(result, call);
  }

  /** Refuses a slab that is larger than all memory, before anything is made for it. */
  static void requireFits(CudaDevice device, long asked) {
    if (asked > device.facts().memory()) {
      throw exhausted(device, asked, "the slab");
    }
  }

  private static BackendException exhausted(CudaDevice device, long asked, String what) {
    return new BackendException(
        device.facts().name()
            + " has not enough memory: asked for "
            + asked
            + " bytes ("
            + what
            + "), "
            + freeAndTotal(device)
            + "; "
            + CudaErrors.remedy(CudaConstants.CUDA_ERROR_OUT_OF_MEMORY));
  }

  private static String freeAndTotal(CudaDevice device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sizes = arena.allocate(JAVA_LONG, 2);
      int result = device.driver().cuMemGetInfo_v2(sizes, sizes.asSlice(Long.BYTES));
      return result == CudaConstants.CUDA_SUCCESS
          ? "free " + sizes.getAtIndex(JAVA_LONG, 0) + ", total " + sizes.getAtIndex(JAVA_LONG, 1)
          : "free unknown to the driver, total " + device.facts().memory();
    }
  }
}
