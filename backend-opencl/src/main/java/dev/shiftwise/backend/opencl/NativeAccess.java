package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jocl.cl_platform_id;

/** What to say where the JVM denies native access, which this module and JOCL both need. */
final class NativeAccess {
  private NativeAccess() {}

  /** Returns the reason, after one of the two was denied. */
  static Reason denied(Throwable cause) {
    // Naming the class does not initialise JOCL.
    List<Module> both =
        Stream.of(NativeAccess.class.getModule(), cl_platform_id.class.getModule())
            .distinct()
            .toList();
    return new Reason(
        ReasonCode.NATIVE_ACCESS_DENIED,
        "the JVM denies native access to "
            + both.stream()
                .filter(module -> !module.isNativeAccessEnabled())
                .map(module -> module.isNamed() ? module.getName() : "the class path")
                .collect(Collectors.joining(" and ")),
        "start java with --enable-native-access="
            + both.stream()
                .map(module -> module.isNamed() ? module.getName() : "ALL-UNNAMED")
                .collect(Collectors.joining(",")),
        cause);
  }
}
