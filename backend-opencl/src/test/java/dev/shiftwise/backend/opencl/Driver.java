package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.fail;

import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.conformance.Conformance;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What tests that need a real OpenCL driver ask first. */
final class Driver {
  private Driver() {}

  /** Returns the devices; without any the test is skipped, or fails where OpenCL is required. */
  static List<Device> devices() {
    return switch (new OpenClProvider().probe()) {
      case Probe.Available(var devices) -> devices;
      case Probe.Unavailable(var reasons) -> {
        absent(reasons);
        yield List.of();
      }
    };
  }

  private static void absent(List<Reason> reasons) {
    String why = "opencl is not available here: " + reasons;
    if (Arrays.asList(System.getProperty(Conformance.REQUIRE, "").split(",")).contains("opencl")) {
      fail("required: " + why);
    }
    Assumptions.abort(why);
  }
}
