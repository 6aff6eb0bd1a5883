package dev.shiftwise.backend.cuda;

import java.lang.foreign.MemorySegment;

/** What a step does on the device: a kernel's call, or what another library does in its place. */
interface Launch {

  /** Enqueues it for the first images of the slab, or adds it to the graph being captured. */
  void enqueue(CudaDriver driver, MemorySegment stream, int count);
}
