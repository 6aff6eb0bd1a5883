package dev.shiftwise.backend.opencl;

import dev.shiftwise.plan.MemoryPlan;

/** How many images of a batch go through the network together. */
final class ImageOrder {
  /**
   * What the maps of the images that go together may take on a CPU, so that a chain of layers stays
   * in the cache.
   */
  private static final long CPU_CACHE = 2 << 20;

  private ImageOrder() {}

  /** Returns all of them on a GPU; on a CPU as many as fit into its cache, at least one. */
  static int imagesAtOnce(ClDevice.Facts facts, MemoryPlan plan) {
    if (facts.kind() != ClDevice.Kind.CPU) {
      return plan.images();
    }
    long image = Math.max(1, plan.slabBytes() / plan.images());
    return Math.clamp(CPU_CACHE / image, 1, plan.images());
  }
}
