package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Device;
import java.util.LinkedHashMap;
import java.util.Map;

/** A device's facts in words, for people and reports. */
final class Descriptions {
  /** Below the CPU through a driver: nobody tunes for these. */
  static final int RANK_OTHER = 50;

  private static final long MEBIBYTE = 1 << 20;

  private Descriptions() {}

  /** Returns the device as users see it. */
  static Device device(String backend, ClDevice.Facts facts) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("platform", facts.platform());
    properties.put("OpenCL", facts.major() + "." + facts.minor());
    properties.put("driver", facts.driver());
    properties.put("compute units", String.valueOf(facts.computeUnits()));
    properties.put("memory", facts.globalMemory() / MEBIBYTE + " MiB");
    properties.put("shared with host", facts.unifiedMemory() ? "yes" : "no");
    properties.put("alignment", facts.addressAlignment() + " bytes");
    return new Device(backend, facts.identity(), name(facts), rank(facts.kind()), properties);
  }

  private static String name(ClDevice.Facts facts) {
    return facts.name().contains(facts.vendor())
        ? facts.name()
        : facts.vendor() + " " + facts.name();
  }

  private static int rank(ClDevice.Kind kind) {
    return switch (kind) {
      case GPU -> Device.RANK_GPU;
      case CPU -> Device.RANK_CPU_DRIVER;
      case OTHER -> RANK_OTHER;
    };
  }
}
