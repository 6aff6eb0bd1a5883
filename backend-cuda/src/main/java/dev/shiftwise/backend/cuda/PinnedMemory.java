package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory of the host that the device copies to and from by itself, while the host goes on. */
final class PinnedMemory {
  private PinnedMemory() {}

  /**
   * Allocates zeros. The memory lives as long as the arena, and holds the context as long.
   *
   * @throws IllegalStateException if the arena is closed
   */
  @SuppressWarnings("restricted")
  static MemorySegment allocate(DeviceContext context, Arena arena, long bytes) {
    context.retain();
    MemorySegment pinned;
    try {
      pinned = allocate(context, bytes);
    } catch (Throwable e) {
      context.release();
      throw e;
    }
    try {
      // Filled before the arena has it, which another thread may close at any time.
      return pinned.fill((byte) 0).reinterpret(arena, _ -> free(context, pinned));
    } catch (IllegalStateException e) {
      // The arena is closed, and has taken nothing over.
      free(context, pinned);
      throw e;
    }
  }

  @SuppressWarnings("restricted")
  private static MemorySegment allocate(DeviceContext context, long bytes) {
    CudaDriver driver = context.driver();
    context.push();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment pointer = scratch.allocate(ADDRESS);
      MemoryReport.check(
          context.device(),
          driver.cuMemHostAlloc(pointer, bytes, CudaConstants.CU_MEMHOSTALLOC_PORTABLE),
          bytes,
          "cuMemHostAlloc");
      return pointer.get(ADDRESS, 0).reinterpret(bytes);
    } finally {
      context.pop();
    }
  }

  private static void free(DeviceContext context, MemorySegment pinned) {
    CudaDriver driver = context.driver();
    try {
      context.inside(() -> Status.note(driver, driver.cuMemFreeHost(pinned), "cuMemFreeHost"));
    } finally {
      context.release();
    }
  }
}
