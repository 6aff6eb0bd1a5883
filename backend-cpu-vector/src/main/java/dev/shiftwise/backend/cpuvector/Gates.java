package dev.shiftwise.backend.cpuvector;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What must hold before a class that uses vectors is loaded: such a class fails to link without the
 * incubator module, and runs slower than plain loops without C2.
 */
final class Gates {
  private static final int NARROWEST = 128;
  private static final int C2_TIER = 4;

  private Gates() {}

  /** Returns every reason against using this backend here; none if it can be used. */
  static List<Reason> closed() {
    List<Reason> reasons = new ArrayList<>();
    Optional<Reason> module = incubatorModule();
    Optional<Reason> compiler =
        compiler(
            System.getProperty("java.vm.name", ""),
            System.getProperty("java.vm.info", ""),
            highestTier());
    module.ifPresent(reasons::add);
    compiler.ifPresent(reasons::add);
    nativeAccess().ifPresent(reasons::add);
    if (module.isEmpty() && compiler.isEmpty()) {
      width().ifPresent(reasons::add);
    }
    return reasons;
  }

  private static Optional<Reason> incubatorModule() {
    try {
      // Found, not initialised: nothing of the Vector API runs here.
      Class.forName("jdk.incubator.vector.FloatVector", false, Gates.class.getClassLoader());
      return Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.of(
          Reason.of(
              ReasonCode.INCUBATOR_MODULE_MISSING,
              "the module jdk.incubator.vector was not resolved",
              "start java with --add-modules jdk.incubator.vector"));
    }
  }

  /** Returns HotSpot's {@code TieredStopAtLevel}, or C2's level where nobody can say. */
  private static int highestTier() {
    try {
      HotSpotDiagnosticMXBean bean =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return bean == null
          ? C2_TIER
          : Integer.parseInt(bean.getVMOption("TieredStopAtLevel").getValue());
    } catch (IllegalArgumentException | LinkageError e) {
      return C2_TIER;
    }
  }

  /** HotSpot says in {@code java.vm.info} whether it compiles at all. */
  static Optional<Reason> compiler(String vmName, String vmInfo, int highestTier) {
    String name = vmName.toLowerCase(Locale.ROOT);
    String found = null;
    if (!name.contains("server vm")) {
      found = "the JVM is '" + vmName + "', which is not HotSpot with C2";
    } else if (vmInfo.contains("interpreted")) {
      found = "the JVM interprets only";
    } else if (highestTier < C2_TIER) {
      found = "the JVM compiles with C1 only";
    }
    return Optional.ofNullable(found)
        .map(
            message ->
                Reason.of(
                    ReasonCode.C2_DISABLED,
                    message,
                    "use a HotSpot JVM of release 25 without -Xint and -XX:TieredStopAtLevel"));
  }

  @SuppressWarnings("restricted")
  private static Optional<Reason> nativeAccess() {
    try {
      MemorySegment.NULL.reinterpret(1);
      return Optional.empty();
    } catch (IllegalCallerException e) {
      String module = Gates.class.getModule().isNamed() ? Gates.class.getModule().getName() : "";
      return Optional.of(
          new Reason(
              ReasonCode.NATIVE_ACCESS_DENIED,
              "the JVM denies native access to this module",
              "start java with --enable-native-access="
                  + (module.isEmpty() ? "ALL-UNNAMED" : module),
              e));
    }
  }

  private static Optional<Reason> width() {
    int bits = VectorWidth.preferred().bits();
    return bits >= NARROWEST
        ? Optional.empty()
        : Optional.of(
            Reason.of(
                ReasonCode.VECTOR_TOO_NARROW,
                "the processor's vectors have " + bits + " bits",
                "use a processor with vectors of at least " + NARROWEST + " bits"));
  }
}
