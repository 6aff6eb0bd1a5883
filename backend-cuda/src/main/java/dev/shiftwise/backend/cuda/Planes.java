package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;

/** Kernels count the pixels of a plane in 32 bits, up to a quad beyond its end. */
final class Planes {
  private static final long MOST_PIXELS = 1L << 30;

  private Planes() {}

  /**
   * Refuses larger planes.
   *
   * @throws BackendException naming the node
   */
  static void requireCountable(MemoryPlan plan) {
    for (Step step : plan.steps()) {
      for (Source source : step.sources()) {
        require(step, source.map().shape());
      }
      require(step, step.destination().shape());
    }
  }

  private static void require(Step step, Shape shape) {
    if (shape.plane() > MOST_PIXELS) {
      throw new BackendException(
          "'"
              + step.node().name()
              + "' has planes of "
              + shape.height()
              + "x"
              + shape.width()
              + " pixels, wanted at most 2^30 on CUDA");
    }
  }
}
