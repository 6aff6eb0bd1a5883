package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.ArrayList;
import java.util.List;

/**
 * What decides whether a device can be used at all.
 *
 * @param version as the device words it, for example {@code OpenCL 3.0 PoCL}
 * @param available whether the device is there
 * @param compiler whether its driver compiles OpenCL C
 * @param littleEndian whether it stores numbers as the host does
 * @param profile {@code FULL_PROFILE}, or that of embedded devices
 * @param kind kernels cut work for CPUs into groups of one item
 * @param maxWorkGroup most items in a work-group
 */
record Requirements(
    String version,
    boolean available,
    boolean compiler,
    boolean littleEndian,
    String profile,
    ClDevice.Kind kind,
    long maxWorkGroup) {
  private static final int MAJOR = 1;
  private static final int MINOR = 2;

  /** Items that the kernels for all devices but CPUs have side by side. */
  private static final int LANES = 64;

  /**
   * Returns every reason against a device.
   *
   * @param device the device in words
   */
  List<Reason> unmet(String device) {
    List<Reason> reasons = new ArrayList<>();
    if (!Version.of(version).isAtLeast(MAJOR, MINOR)) {
      reasons.add(
          against(
              device,
              "has '" + version + "', wanted OpenCL 1.2 or later",
              "update the driver of this device"));
    }
    if (!available) {
      reasons.add(
          against(
              device,
              "is not available",
              "end what holds the device, or look in the system's log for what is wrong with it"));
    }
    if (!compiler) {
      reasons.add(
          against(
              device,
              "comes without a compiler of OpenCL C",
              "install the driver's compiler, often a package of its own"));
    }
    if (!littleEndian) {
      reasons.add(
          against(device, "stores numbers big-endian, wanted little-endian", "use another device"));
    }
    if (!profile.equals("FULL_PROFILE")) {
      reasons.add(
          against(
              device,
              "has '"
                  + profile
                  + "', wanted FULL_PROFILE, which promises rounding to nearest and infinities",
              "use another device"));
    }
    int wanted = kind == ClDevice.Kind.CPU ? 1 : LANES;
    if (maxWorkGroup < wanted) {
      reasons.add(
          against(
              device,
              "has work-groups of at most " + maxWorkGroup + " items, wanted " + wanted,
              "use another device"));
    }
    return reasons;
  }

  private static Reason against(String device, String found, String remedy) {
    return Reason.of(ReasonCode.DRIVER_TOO_OLD, device + " " + found, remedy);
  }
}
