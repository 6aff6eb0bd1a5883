package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A session's queue of work, which waits for no other stream of this process. To be used inside the
 * context it was made in.
 */
final class CudaStream {
  private final CudaDriver driver;
  private final MemorySegment handle;

  private CudaStream(CudaDriver driver, MemorySegment handle) {
    this.driver = driver;
    this.handle = handle;
  }

  /** Makes a stream, which is destroyed with the memory's program. */
  static CudaStream create(DeviceMemory memory) {
    CudaDriver driver = memory.context().driver();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      memory
          .context()
          .inside(
              () ->
                  driver.check(
                      driver.cuStreamCreate(handle, CudaConstants.CU_STREAM_NON_BLOCKING),
                      "cuStreamCreate"));
      CudaStream stream = new CudaStream(driver, handle.get(ADDRESS, 0));
      // What a failed run has left behind must not touch memory that is gone.
      memory.release(stream::destroy);
      return stream;
    }
  }

  CudaDriver driver() {
    return driver;
  }

  MemorySegment handle() {
    return handle;
  }

  /** Copies from pinned memory to the device when the stream comes so far. */
  void upload(MemorySegment from, long to, long bytes) {
    driver.check(driver.cuMemcpyHtoDAsync_v2(to, from, bytes, handle), "cuMemcpyHtoDAsync");
  }

  /** Copies from the device to pinned memory when the stream comes so far. */
  void download(long from, MemorySegment to, long bytes) {
    driver.check(driver.cuMemcpyDtoHAsync_v2(to, from, bytes, handle), "cuMemcpyDtoHAsync");
  }

  /**
   * Waits until all is done.
   *
   * @throws CudaException if something of it failed: a launch's errors show here
   */
  void await() {
    driver.check(driver.cuStreamSynchronize(handle), "cuStreamSynchronize");
  }

  /** Waits until nothing is under way, whether it failed or not. */
  void settle() {
    Status.note(driver, driver.cuStreamSynchronize(handle), "cuStreamSynchronize");
  }

  private void destroy() {
    settle();
    Status.note(driver, driver.cuStreamDestroy_v2(handle), "cuStreamDestroy");
  }
}
