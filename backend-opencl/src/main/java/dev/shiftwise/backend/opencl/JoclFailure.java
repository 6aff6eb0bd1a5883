package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.List;

/**
 * What it means that JOCL's class cannot be initialised.
 *
 * <p>JOCL packs stack traces into the message of an UnsatisfiedLinkError. From the second attempt
 * on the JVM throws NoClassDefFoundError instead, with that message in its cause.
 */
final class JoclFailure {
  private static final String SECOND_ATTEMPT = "to load the library as a resource";

  private JoclFailure() {}

  /** Returns the reason; the same one for the first failure and for those after it. */
  static Reason reason(Throwable failure) {
    String text =
        failure.getMessage()
            + (failure.getCause() == null ? "" : "\n" + failure.getCause().getMessage());
    if (text.contains(IllegalCallerException.class.getName())) {
      return NativeAccess.denied(failure);
    }
    if (failure instanceof ClassNotFoundException) {
      return new Reason(
          ReasonCode.LIBRARY_NOT_FOUND,
          "JOCL is not on the path",
          "add org.jocl:jocl at run time",
          failure);
    }
    if (text.contains("Implementation library could not be loaded")) {
      return new Reason(
          ReasonCode.LIBRARY_NOT_FOUND,
          "OpenCL's library cannot be loaded",
          "install an OpenCL loader and the driver of a device, as docs/opencl.md says",
          failure);
    }
    if (text.contains("No resource found with name")) {
      return new Reason(
          ReasonCode.LIBRARY_NOT_FOUND,
          "JOCL has no library for "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"),
          "use another backend, or put a JOCL built for this system on java.library.path",
          failure);
    }
    return new Reason(
        ReasonCode.LIBRARY_NOT_FOUND,
        "JOCL's own library cannot be loaded: " + line(text.lines().toList()),
        "name a folder that is writable and not mounted noexec with -Djava.io.tmpdir=FOLDER",
        failure);
  }

  /** JOCL first looks on java.library.path, where nobody puts it; the second attempt counts. */
  private static String line(List<String> lines) {
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).contains(SECOND_ATTEMPT)) {
        return lines.get(i + 1).strip();
      }
    }
    return lines.getFirst().strip();
  }
}
