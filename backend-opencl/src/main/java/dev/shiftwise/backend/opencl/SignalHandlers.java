package dev.shiftwise.backend.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes care that drivers leave the process's signal handlers alone.
 *
 * <p>HotSpot needs its own: it lets the processor find null references, safepoints and divisions by
 * zero, and turns the signals into what Java expects. PoCL 3.1 puts others in their place when it
 * is first asked for its platform. LLVM's, for nearly all signals, serve once. They delete the
 * files that a compilation is writing, so that it fails; and where two threads come at a time, as
 * at a safepoint, the process ends in "Segmentation fault" and without a report. PoCL's own, for
 * divisions, goes back to the division, for ever.
 *
 * <p>So whatever may make a driver load its parts or compile goes through {@link #keep}. Two things
 * it cannot do: while the driver is at work, a signal for the JVM on another thread still finds the
 * driver's handler; and a handler that somebody else installs meanwhile is taken for the driver's.
 */
final class SignalHandlers {
  /** Those with names; behind them are the real-time signals, of which drivers know nothing. */
  private static final int SIGNALS = 31;

  /** More than any system's {@code struct sigaction}; its form is of no matter. */
  private static final long ROOM = 512;

  /** Nothing on Windows. */
  private static final Optional<MethodHandle> SIGACTION = sigaction();

  private SignalHandlers() {}

  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> sigaction() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("sigaction")
        .map(
            address ->
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS)));
  }

  /**
   * Calls a driver, after which every signal has the handler that it had before. One call at a
   * time: of two, one would take what the other's driver has just installed for what was before.
   */
  static synchronized <T> T keep(Supplier<T> call) {
    if (SIGACTION.isEmpty()) {
      return call.get();
    }
    MethodHandle sigaction = SIGACTION.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = handlers(sigaction, arena);
      try {
        return call.get();
      } finally {
        restore(sigaction, before, handlers(sigaction, arena));
      }
    }
  }

  private static MemorySegment handlers(MethodHandle sigaction, Arena arena) {
    MemorySegment handlers = arena.allocate(SIGNALS * ROOM, Long.BYTES);
    for (int signal = 1; signal <= SIGNALS; signal++) {
      call(sigaction, signal, MemorySegment.NULL, of(handlers, signal));
    }
    return handlers;
  }

  private static void restore(MethodHandle sigaction, MemorySegment before, MemorySegment now) {
    for (int signal = 1; signal <= SIGNALS; signal++) {
      MemorySegment wanted = of(before, signal);
      // Bytes that mean nothing may differ as well; giving back what is there does no harm.
      if (wanted.mismatch(of(now, signal)) >= 0) {
        call(sigaction, signal, wanted, MemorySegment.NULL);
      }
    }
  }

  private static MemorySegment of(MemorySegment handlers, int signal) {
    return handlers.asSlice((signal - 1) * ROOM, ROOM);
  }

  private static int call(
      MethodHandle sigaction, int signal, MemorySegment handler, MemorySegment old) {
    try {
      return (int) sigaction.invokeExact(signal, handler, old);
    } catch (Throwable e) {
      throw new IllegalStateException("sigaction cannot be called", e);
    }
  }
}
