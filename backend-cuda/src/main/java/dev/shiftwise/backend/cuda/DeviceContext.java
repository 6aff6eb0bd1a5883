package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.KernelCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A device's primary context, which all users of CUDA in this process share, with the modules
 * loaded into it. Safe for any thread.
 *
 * <p>A context is current for a thread of the system, and a virtual thread that waits for anything
 * may go on on another one. So nothing between {@link #push} and {@link #pop} waits but in the
 * driver: no lock, no file, no compilation.
 *
 * <p>It is counted: the backend, its programs and the memory they have given out each hold it, and
 * the last one to let go unloads the modules. So a session may outlive its backend.
 */
final class DeviceContext {
  private final CudaDevice device;
  private final CudaDriver driver;
  private final ModuleCompiler compiler;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment handle;

  /** Where a popped context's handle goes. It is always ours, so that threads may share it. */
  private final MemorySegment popped = arena.allocate(ADDRESS);

  /** A lock for each file: one is compiled once, and several side by side. */
  private final Map<KernelSource, Object> compiling = new EnumMap<>(KernelSource.class);

  private final Map<KernelSource, CudaModule> modules = new ConcurrentHashMap<>();
  private int holders = 1;

  /**
   * Opens a device; {@link #release} it.
   *
   * @throws BackendException if the driver gives no context, for example for lack of memory
   */
  DeviceContext(CudaDevice device, KernelCache cache) {
    this.device = device;
    this.driver = device.driver();
    this.compiler = new ModuleCompiler(this, cache);
    for (KernelSource source : KernelSource.values()) {
      compiling.put(source, new Object());
    }
    try {
      MemorySegment context = arena.allocate(ADDRESS);
      driver.check(
          driver.cuDevicePrimaryCtxRetain(context, device.handle()), "cuDevicePrimaryCtxRetain");
      this.handle = context.get(ADDRESS, 0);
    } catch (BackendException e) {
      arena.close();
      throw e;
    }
  }

  CudaDevice device() {
    return device;
  }

  CudaDriver driver() {
    return driver;
  }

  /** Makes this context the thread's; {@link #pop} gives the thread its own one back. */
  void push() {
    driver.check(driver.cuCtxPushCurrent_v2(handle), "cuCtxPushCurrent");
  }

  /** Undoes {@link #push}. Fails only where the push would have. */
  void pop() {
    driver.cuCtxPopCurrent_v2(popped);
  }

  /** Does something in this context that waits for nothing but the driver. */
  void inside(Runnable work) {
    push();
    try {
      work.run();
    } finally {
      pop();
    }
  }

  /** Holds the context once more. */
  synchronized DeviceContext retain() {
    if (holders == 0) {
      throw new IllegalStateException("the device's context is closed");
    }
    holders++;
    return this;
  }

  /** Lets go; the last one releases everything. */
  synchronized void release() {
    if (--holders > 0) {
      return;
    }
    try {
      modules.values().forEach(CudaModule::unload);
    } finally {
      modules.clear();
      Status.note(
          driver,
          driver.cuDevicePrimaryCtxRelease_v2(device.handle()),
          "cuDevicePrimaryCtxRelease");
      arena.close();
    }
  }

  /**
   * Returns a kernel, a {@code CUfunction} that lives as long as the context is held. Not to be
   * called inside the context: compiles the kernel's file the first time, or waits for who does.
   */
  MemorySegment kernel(KernelSource source, String name) {
    return module(source).kernel(name);
  }

  private CudaModule module(KernelSource source) {
    CudaModule module = modules.get(source);
    if (module != null) {
      return module;
    }
    synchronized (Objects.requireNonNull(compiling.get(source))) {
      CudaModule made = modules.get(source);
      if (made == null) {
        made = compiler.compile(source);
        modules.put(source, made);
      }
      return made;
    }
  }
}
