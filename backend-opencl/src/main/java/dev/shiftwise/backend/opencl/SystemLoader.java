package dev.shiftwise.backend.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Asks the system's loader why it does not load a library; Java itself keeps that to itself. */
final class SystemLoader {
  private static final int RTLD_LAZY = 1;

  private SystemLoader() {}

  /** Returns what it says about a library, or nothing on a system without {@code dlopen}. */
  @SuppressWarnings("restricted")
  static Optional<String> complaint(String library) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup system = linker.defaultLookup();
    Optional<MemorySegment> dlopen = system.find("dlopen");
    Optional<MemorySegment> dlerror = system.find("dlerror");
    if (dlopen.isEmpty() || dlerror.isEmpty()) {
      return Optional.empty();
    }
    // Both made before the first call: dlerror forgets at the next call of the loader.
    MethodHandle open =
        linker.downcallHandle(
            dlopen.get(),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    MethodHandle error =
        linker.downcallHandle(dlerror.get(), FunctionDescriptor.of(ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle =
          (MemorySegment) open.invokeExact(arena.allocateFrom(library), RTLD_LAZY);
      MemorySegment text = (MemorySegment) error.invokeExact();
      return handle.address() != 0 || text.address() == 0
          ? Optional.empty()
          : Optional.of(text.reinterpret(Long.MAX_VALUE).getString(0));
    } catch (Throwable e) {
      throw new IllegalStateException("dlopen cannot be called", e);
    }
  }
}
