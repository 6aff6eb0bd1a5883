package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shiftwise.backend.Resources;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Placement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a program has on its device: the slab, weights and tables. Weights and tables are uploaded
 * once, when the program is loaded. Each call makes the context the thread's for its time;
 * everything is released with the program's resources.
 */
final class DeviceMemory {
  private final DeviceContext context;
  private final CudaDriver driver;
  private final Resources resources;
  private final int images;
  private final long slab;

  DeviceMemory(DeviceContext context, Resources resources, MemoryPlan plan) {
    this.context = context;
    this.driver = context.driver();
    this.resources = resources;
    this.images = plan.images();
    this.slab = allocate(Math.max(Float.BYTES, plan.slabBytes()));
  }

  DeviceContext context() {
    return context;
  }

  /** Returns how many images the slab is for. */
  int images() {
    return images;
  }

  /** Adds what is to be released inside the context when the program ends. */
  void release(Runnable release) {
    resources.add(() -> context.inside(release));
  }

  /** Returns an arena that lives as long as the program. */
  Arena arena() {
    Arena arena = Arena.ofShared();
    resources.add(arena::close);
    return arena;
  }

  /** Returns the device's address of an element of the slab. */
  long address(long element) {
    return slab + element * Float.BYTES;
  }

  /** Returns the device's address of a value's first element. */
  long address(Placement placement) {
    return address(placement.offset());
  }

  long upload(float[] values) {
    return upload(MemorySegment.ofArray(values));
  }

  long upload(int[] values) {
    return upload(MemorySegment.ofArray(values));
  }

  long upload(long[] values) {
    return upload(MemorySegment.ofArray(values));
  }

  /** Uploads bytes, from native or heap memory; returns the device's address. */
  long upload(MemorySegment values) {
    long bytes = values.byteSize();
    long address = allocate(bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from =
          values.isNative() ? values : arena.allocate(bytes, Long.BYTES).copyFrom(values);
      context.inside(
          () -> driver.check(driver.cuMemcpyHtoD_v2(address, from, bytes), "cuMemcpyHtoD"));
    }
    return address;
  }

  /**
   * Waits until everything uploaded is there. A copy from memory that is not pinned returns as soon
   * as the driver has the bytes, and runs in the legacy stream, for which a session's own stream
   * does not wait.
   */
  void awaitUploads() {
    context.inside(
        () -> driver.check(driver.cuStreamSynchronize(MemorySegment.NULL), "cuStreamSynchronize"));
  }

  /** Allocates bytes that live as long as the program; returns the device's address. */
  long allocate(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(JAVA_LONG);
      context.inside(
          () ->
              MemoryReport.check(
                  context.device(), driver.cuMemAlloc_v2(address, bytes), bytes, "cuMemAlloc"));
      long allocated = address.get(JAVA_LONG, 0);
      release(() -> Status.note(driver, driver.cuMemFree_v2(allocated), "cuMemFree"));
      return allocated;
    }
  }
}
