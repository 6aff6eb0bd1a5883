package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jocl.CL;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;
import org.jspecify.annotations.Nullable;

/** Looks which platforms and devices are there. Opens nothing, so there is nothing to release. */
final class Probing {
  private static final System.Logger LOG = System.getLogger(Probing.class.getName());

  /** Where loaders on Linux look for drivers, if the usual folder is not meant. */
  private static final List<String> LOADER_VARIABLES =
      List.of("OCL_ICD_VENDORS", "OCL_ICD_FILENAMES");

  private final List<ClDevice> all = new ArrayList<>();
  private final Set<ClDevice> fit = new HashSet<>();
  private final List<Reason> reasons = new ArrayList<>();

  private Probing() {}

  /**
   * What was found.
   *
   * @param devices those that can be opened
   * @param reasons why there are no others; not empty if there is no device
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
    try {
      Optional<Reason> missing = OpenClLibrary.load();
      return missing.isPresent()
          ? new Found(List.of(), List.of(missing.get()))
          : SignalHandlers.keep(() -> new Probing().found());
    } catch (LinkageError | RuntimeException e) {
      return new Found(
          List.of(),
          List.of(
              new Reason(
                  ReasonCode.PROVIDER_BROKEN,
                  e.toString().lines().findFirst().orElse("no message"),
                  "report it with the output of clinfo",
                  e)));
    }
  }

  private Found found() {
    try {
      for (cl_platform_id platform : platforms()) {
        lookAt(platform);
      }
    } catch (BackendException e) {
      reasons.add(noPlatform(String.valueOf(e.getMessage()), e));
    }
    List<String> identities =
        Identity.distinct(all.stream().map(one -> one.facts().identity()).toList());
    List<ClDevice> devices = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      ClDevice device = all.get(i);
      if (fit.contains(device)) {
        devices.add(device.withIdentity(identities.get(i)));
      }
    }
    if (!devices.isEmpty()) {
      reasons.forEach(reason -> LOG.log(System.Logger.Level.DEBUG, "not used: {0}", reason));
    }
    return new Found(devices, reasons);
  }

  private cl_platform_id[] platforms() {
    int[] count = new int[1];
    int status = CL.clGetPlatformIDs(0, null, count);
    if (status == CL.CL_PLATFORM_NOT_FOUND_KHR || (status == CL.CL_SUCCESS && count[0] == 0)) {
      reasons.add(noPlatform("clGetPlatformIDs returned " + Cl.word(status), null));
      return new cl_platform_id[0];
    }
    Cl.check(status, "clGetPlatformIDs");
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    Cl.check(CL.clGetPlatformIDs(platforms.length, platforms, null), "clGetPlatformIDs");
    return platforms;
  }

  private static Reason noPlatform(String found, @Nullable Throwable cause) {
    StringBuilder message = new StringBuilder("OpenCL's loader finds no driver: ").append(found);
    for (String variable : LOADER_VARIABLES) {
      String value = System.getenv(variable);
      if (value != null) {
        message.append("; ").append(variable).append(" is '").append(value).append("'");
      }
    }
    return new Reason(
        ReasonCode.NO_PLATFORM,
        message.toString(),
        "install the driver of a device, as docs/opencl.md says",
        cause);
  }

  private void lookAt(cl_platform_id platform) {
    String name = "a platform";
    try {
      FactReader reader = new FactReader(platform);
      name = "platform '" + reader.platformName() + "'";
      cl_device_id[] ids = devices(platform);
      if (ids.length == 0) {
        reasons.add(noDevice(name + " has no device", null));
      }
      for (cl_device_id id : ids) {
        lookAt(reader, platform, id);
      }
    } catch (BackendException e) {
      reasons.add(noDevice(name + " gives no devices: " + e.getMessage(), e));
    }
  }

  private static cl_device_id[] devices(cl_platform_id platform) {
    int[] count = new int[1];
    int status = CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
    if (status == CL.CL_DEVICE_NOT_FOUND) {
      return new cl_device_id[0];
    }
    Cl.check(status, "clGetDeviceIDs");
    cl_device_id[] devices = new cl_device_id[count[0]];
    if (devices.length > 0) {
      Cl.check(
          CL.clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, devices.length, devices, null),
          "clGetDeviceIDs");
    }
    return devices;
  }

  private void lookAt(FactReader reader, cl_platform_id platform, cl_device_id id) {
    try {
      ClDevice device = new ClDevice(platform, id, reader.facts(id));
      all.add(device);
      List<Reason> unmet =
          reader
              .requirements(id)
              .unmet("'" + device.facts().name() + "' of platform '" + reader.platformName() + "'");
      reasons.addAll(unmet);
      if (unmet.isEmpty()) {
        fit.add(device);
      }
    } catch (BackendException e) {
      reasons.add(
          noDevice(
              "a device of platform '"
                  + reader.platformName()
                  + "' gives no answer: "
                  + e.getMessage(),
              e));
    }
  }

  private static Reason noDevice(String message, @Nullable Throwable cause) {
    return new Reason(
        ReasonCode.NO_DEVICE,
        message,
        "see with clinfo that the driver shows the device to this user in this container",
        cause);
  }
}
