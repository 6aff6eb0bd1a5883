package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Device;
import java.util.LinkedHashMap;
import java.util.Map;

/** A device's facts in words, for people and reports. */
final class Descriptions {
  private static final long MEBIBYTE = 1 << 20;

  private Descriptions() {}

  /** Returns the device as users see it. */
  static Device device(String backend, CudaDevice device) {
    CudaDevice.Facts facts = device.facts();
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("compute capability", facts.capabilityInWords());
    properties.put("driver", "CUDA " + Versions.words(facts.driverVersion()));
    Compiler compiler = device.compiler();
    properties.put("NVRTC", compiler == null ? "none: kernels compiled ahead" : compiler.version());
    properties.put("memory", facts.memory() / MEBIBYTE + " MiB");
    properties.put("multiprocessors", String.valueOf(facts.multiprocessors()));
    properties.put("second-level cache", facts.secondCache() / MEBIBYTE + " MiB");
    properties.put("PCI", facts.pci());
    return new Device(backend, facts.identity(), facts.name(), Device.RANK_GPU, properties);
  }
}
