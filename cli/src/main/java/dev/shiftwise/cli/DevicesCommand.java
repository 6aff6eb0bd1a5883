package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Backends.Candidate;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code shiftwise devices}. */
@Command(
    name = "devices",
    description = {
      "Shows every backend: its devices, or every reason why it cannot be had and what to do.",
      "The exit code is 1 if there is no device at all."
    },
    footerHeading = "%nExample:%n",
    footer = "  shiftwise devices")
final class DevicesCommand extends ShiftwiseCommand {

  @Override
  public Integer call() {
    Backends backends = shiftwise().backends();
    PrintWriter out = out();
    out.println(Environment.describe());
    List<Device> devices = backends.devices();
    for (Candidate candidate : backends.candidates()) {
      switch (candidate.probe()) {
        case Probe.Available(var found) -> {
          out.println(candidate.name());
          found.forEach(device -> print(out, device, device.equals(devices.getFirst())));
        }
        case Probe.Unavailable(var reasons) -> {
          out.println(candidate.name() + " is unavailable");
          reasons.forEach(reason -> print(out, reason));
        }
      }
    }
    if (devices.isEmpty()) {
      throw new Failure(
          backends.candidates().isEmpty()
              ? "there is no backend on the path; add one, for example shiftwise-backend-cpu-vector"
              : "no backend is available; see the remedies above");
    }
    return 0;
  }

  private static void print(PrintWriter out, Device device, boolean best) {
    out.println("  " + device.id() + "  " + device.name() + (best ? "  (taken by default)" : ""));
    device.properties().forEach((name, value) -> out.println("    " + name + ": " + value));
  }

  private void print(PrintWriter out, Reason reason) {
    out.println("  " + reason.code().word() + ": " + reason.message());
    out.println("    remedy: " + reason.remedy());
    if (verbosity.verbose && reason.cause() != null) {
      reason.cause().printStackTrace(out);
    }
  }
}
