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
  static MemorySegment allocate(DeviceContext context, Arena arena, long bytes) {
    CudaDriver driver = context.driver();
    context.retain();
    MemorySegment pinned;
    context.push();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment pointer = scratch.allocate(ADDRESS);
      MemoryReport.check(
          context.device(),
          driver.cuMemHostAlloc(pointer, bytes, CudaConstants.CU_MEMHOSTALLOC_PORTABLE),
          bytes,
          "cuMemHostAlloc");
      pinned = pointer.get(ADDRESS, 0);
    } catch (RuntimeException e) {
      context.pop();
      context.release();
      throw e;
    }
    context.pop();
    try {
      return view(pinned, bytes, arena, () -> free(context, pinned)).fill((byte) 0);
    } catch (IllegalStateException e) {
      // The arena has been closed meanwhile.
      free(context, pinned);
      throw e;
    }
  }

  @SuppressWarnings("restricted")
  private static MemorySegment view(
      MemorySegment pinned, long bytes, Arena arena, Runnable release) {
    return pinned.reinterpret(bytes, arena, _ -> release.run());
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
