package dev.shiftwise.backend.cuda;

import java.lang.foreign.MemorySegment;

/** What a step does on the device: a kernel's call, or what another library does in its place. */
interface Launch {

  /**
   * Gets ready for a number of images what may have to be waited for. To be called before {@link
   * #enqueue}, and outside the context.
   */
  default void prepare(int count) {}

  /** Returns a launch of this and then another. */
  default Launch then(Launch next) {
    return new Both(this, next);
  }

  /** Enqueues it for the first images of the slab, or adds it to the graph being captured. */
  void enqueue(CudaDriver driver, MemorySegment stream, int count);

  /** One launch, and then another. */
  record Both(Launch first, Launch second) implements Launch {

    @Override
    public void prepare(int count) {
      first.prepare(count);
      second.prepare(count);
    }

    @Override
    public void enqueue(CudaDriver driver, MemorySegment stream, int count) {
      first.enqueue(driver, stream, count);
      second.enqueue(driver, stream, count);
    }
  }
}
