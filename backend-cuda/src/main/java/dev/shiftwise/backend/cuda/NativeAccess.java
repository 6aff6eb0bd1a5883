package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;

/** What to say where the JVM denies native access. */
final class NativeAccess {
  private NativeAccess() {}

  /** Returns the reason, after it was denied. */
  static Reason denied(IllegalCallerException cause) {
    Module module = NativeAccess.class.getModule();
    return new Reason(
        ReasonCode.NATIVE_ACCESS_DENIED,
        "the JVM denies native access to "
            + (module.isNamed() ? module.getName() : "the class path"),
        "start java with --enable-native-access="
            + (module.isNamed() ? module.getName() : "ALL-UNNAMED"),
        cause);
  }
}
