package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** Compiled kernels in a context, which each call makes the thread's for its time. */
final class CudaModule {
  private final DeviceContext context;
  private final CudaDriver driver;
  private final MemorySegment handle;
  private final Map<String, MemorySegment> kernels = new HashMap<>();

  /**
   * Loads what a compiler made for the device.
   *
   * @throws CudaException if the driver does not take it
   */
  CudaModule(DeviceContext context, KernelSource source, byte[] binary) {
    this.context = context;
    this.driver = context.driver();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment module = arena.allocate(ADDRESS);
      // Behind text stands a zero, which a binary does not mind.
      MemorySegment image = arena.allocate(binary.length + 1L, Long.BYTES);
      MemorySegment.copy(MemorySegment.ofArray(binary), 0, image, 0, binary.length);
      context.inside(
          () ->
              driver.check(
                  driver.cuModuleLoadData(module, image),
                  "cuModuleLoadData(" + source.file() + ")"));
      this.handle = module.get(ADDRESS, 0);
    }
  }

  /** Returns a kernel by its name. */
  synchronized MemorySegment kernel(String name) {
    return kernels.computeIfAbsent(name, this::find);
  }

  private MemorySegment find(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment kernel = arena.allocate(ADDRESS);
      MemorySegment text = arena.allocateFrom(name);
      context.inside(
          () ->
              driver.check(
                  driver.cuModuleGetFunction(kernel, handle, text),
                  "cuModuleGetFunction(" + name + ")"));
      return kernel.get(ADDRESS, 0);
    }
  }

  void unload() {
    context.inside(() -> Status.note(driver, driver.cuModuleUnload(handle), "cuModuleUnload"));
  }
}
