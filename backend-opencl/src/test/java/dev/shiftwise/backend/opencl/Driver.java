package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.conformance.Required;
import java.util.List;

/** What tests that need a real OpenCL driver ask first. */
final class Driver {
  private Driver() {}

  /** Returns the devices; without any the test is skipped, or fails where OpenCL is required. */
  static List<Device> devices() {
    return switch (new OpenClProvider().probe()) {
      case Probe.Available(var devices) -> devices;
      case Probe.Unavailable(var reasons) -> {
        Required.skip("opencl", "opencl is not available here: " + reasons);
        yield List.of();
      }
    };
  }
}
