package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jocl.CL;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/** Looks which platforms and devices are there. Opens nothing, so there is nothing to release. */
final class Probing {
  private static final int PLATFORM_NOT_FOUND = -1001;

  /** Deprecated since OpenCL 2.0, and still the only answer to its question. */
  @SuppressWarnings("deprecation")
  private static final int HOST_UNIFIED_MEMORY = CL.CL_DEVICE_HOST_UNIFIED_MEMORY;

  private Probing() {}

  /**
   * What was found.
   *
   * @param devices those that can be opened
   * @param reasons why there are no others
   */
  record Found(List<ClDevice> devices, List<Reason> reasons) {

    /** Copies the lists. */
    Found {
      devices = List.copyOf(devices);
      reasons = List.copyOf(reasons);
    }
  }

  /** Looks at every device of every platform; never throws. */
  static Found look() {
    List<ClDevice> devices = new ArrayList<>();
    List<Reason> reasons = new ArrayList<>();
    try {
      for (cl_platform_id platform : platforms()) {
        for (cl_device_id id : devices(platform)) {
          devices.add(new ClDevice(platform, id, facts(platform, id)));
        }
      }
      if (devices.isEmpty()) {
        reasons.add(
            Reason.of(
                ReasonCode.NO_PLATFORM,
                "OpenCL's loader knows no platform with a device",
                "install an OpenCL driver for your device, see docs/opencl.md"));
      }
    } catch (LinkageError e) {
      reasons.add(
          new Reason(
              ReasonCode.LIBRARY_NOT_FOUND,
              String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
              "install an OpenCL loader, see docs/opencl.md",
              e));
    } catch (BackendException e) {
      reasons.add(
          new Reason(
              ReasonCode.NO_PLATFORM, String.valueOf(e.getMessage()), "see docs/opencl.md", e));
    }
    return new Found(devices, reasons);
  }

  private static cl_platform_id[] platforms() {
    int[] count = new int[1];
    int status = CL.clGetPlatformIDs(0, null, count);
    if (status == PLATFORM_NOT_FOUND || count[0] == 0) {
      return new cl_platform_id[0];
    }
    Cl.check(status, "clGetPlatformIDs");
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    Cl.check(CL.clGetPlatformIDs(platforms.length, platforms, null), "clGetPlatformIDs");
    return platforms;
  }

  private static cl_device_id[] devices(cl_platform_id platform) {
    int[] count = new int[1];
    int status = CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
    if (status == CL.CL_DEVICE_NOT_FOUND || count[0] == 0) {
      return new cl_device_id[0];
    }
    Cl.check(status, "clGetDeviceIDs");
    cl_device_id[] devices = new cl_device_id[count[0]];
    Cl.check(
        CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, devices.length, devices, null),
        "clGetDeviceIDs");
    return devices;
  }

  private static ClDevice.Facts facts(cl_platform_id platform, cl_device_id device) {
    String[] version =
        Cl.text(device, CL.CL_DEVICE_VERSION).replaceFirst("OpenCL ", "").split("[ .]", 3);
    int major = Integer.parseInt(version[0]);
    long type = Cl.number(device, CL.CL_DEVICE_TYPE);
    String platformName = Cl.text(platform, CL.CL_PLATFORM_NAME);
    String name = Cl.text(device, CL.CL_DEVICE_NAME);
    return new ClDevice.Facts(
        platformName,
        Cl.text(device, CL.CL_DEVICE_VENDOR),
        name,
        major,
        Integer.parseInt(version[1]),
        Cl.text(device, CL.CL_DEVICE_OPENCL_C_VERSION),
        Cl.text(device, CL.CL_DRIVER_VERSION),
        (type & CL.CL_DEVICE_TYPE_GPU) != 0
            ? ClDevice.Kind.GPU
            : (type & CL.CL_DEVICE_TYPE_CPU) != 0 ? ClDevice.Kind.CPU : ClDevice.Kind.OTHER,
        (int) Cl.number(device, CL.CL_DEVICE_MAX_COMPUTE_UNITS),
        Cl.number(device, CL.CL_DEVICE_GLOBAL_MEM_SIZE),
        Cl.number(device, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
        Cl.number(device, CL.CL_DEVICE_LOCAL_MEM_SIZE),
        Cl.number(device, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE),
        (int) (Cl.number(device, CL.CL_DEVICE_MEM_BASE_ADDR_ALIGN) / Byte.SIZE),
        Cl.number(device, HOST_UNIFIED_MEMORY) != 0,
        major >= 2
            && (Cl.number(device, CL.CL_DEVICE_SVM_CAPABILITIES)
                    & CL.CL_DEVICE_SVM_FINE_GRAIN_BUFFER)
                != 0,
        Set.of(Cl.text(device, CL.CL_DEVICE_EXTENSIONS).split(" +")),
        (platformName + "-" + name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
  }
}
