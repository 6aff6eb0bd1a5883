package dev.shiftwise.backend.opencl;

import com.sun.management.OperatingSystemMXBean;
import dev.shiftwise.backend.BackendException;
import java.lang.management.ManagementFactory;
import java.util.Set;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;

/** What is said when a device has not enough memory: asked, free, total, device. */
final class MemoryReport {
  private static final int CL_DEVICE_GLOBAL_FREE_MEMORY_AMD = 0x4039;
  private static final Set<Integer> NO_MEMORY =
      Set.of(
          CL.CL_MEM_OBJECT_ALLOCATION_FAILURE,
          CL.CL_OUT_OF_RESOURCES,
          CL.CL_OUT_OF_HOST_MEMORY,
          CL.CL_INVALID_BUFFER_SIZE);

  private MemoryReport() {}

  /** Checks a call that allocates. */
  static void check(int status, ClDevice device, long asked, String call) {
    if (NO_MEMORY.contains(status)) {
      throw exhausted(device, asked, call);
    }
    Cl.check(status, call);
  }

  /** Refuses what no buffer of the device can be, before anything is allocated. */
  static void requireFits(ClDevice device, long asked) {
    if (asked > device.facts().maxAllocation()) {
      throw new BackendException(
          device.facts().name()
              + " has not enough memory in one piece: the slab asks for "
              + asked
              + " bytes, largest buffer "
              + device.facts().maxAllocation()
              + ", total "
              + device.facts().globalMemory()
              + "; compile for a smaller batch");
    }
  }

  static BackendException exhausted(ClDevice device, long asked, String call) {
    return new BackendException(
        device.facts().name()
            + " has not enough memory: asked for "
            + asked
            + " bytes ("
            + call
            + "), free "
            + free(device)
            + ", total "
            + device.facts().globalMemory()
            + ", largest buffer "
            + device.facts().maxAllocation());
  }

  /** OpenCL itself has no word for free memory. */
  private static String free(ClDevice device) {
    if (device.facts().unifiedMemory()) {
      return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
          ? String.valueOf(system.getFreeMemorySize())
          : "unknown";
    }
    if (device.facts().extensions().contains("cl_amd_device_attribute_query")) {
      long[] kibibytes = new long[2];
      if (CL.clGetDeviceInfo(
              device.id(),
              CL_DEVICE_GLOBAL_FREE_MEMORY_AMD,
              2L * Sizeof.size_t,
              Pointer.to(kibibytes),
              null)
          == CL.CL_SUCCESS) {
        return String.valueOf(kibibytes[0] << 10);
      }
    }
    return "unknown to the driver";
  }
}
