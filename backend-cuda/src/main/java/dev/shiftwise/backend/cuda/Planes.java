package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;

/**
 * What kernels count in 32 bits: the pixels of a plane, the quads of a map, elements of a gather.
 */
final class Planes {
  private static final long MOST_PIXELS = 1L << 30;

  /** Less than a block of threads beyond it has to be counted, too. */
  private static final long MOST_QUADS = (1L << 32) - (1 << 12);

  private static final long MOST_ELEMENTS = 1L << 32;

  private Planes() {}

  /**
   * Refuses larger ones.
   *
   * @throws BackendException naming the node
   */
  static void requireCountable(MemoryPlan plan) {
    for (Step step : plan.steps()) {
      for (Source source : step.sources()) {
        requirePlane(step, source.map().shape());
      }
      Placement to = step.destination();
      requirePlane(step, to.shape());
      requireQuads(step, Quads.of(to, plan.images()));
      if (step.node().operator() instanceof Rearrange) {
        requireElements(step, to.shape());
      }
    }
  }

  private static void requirePlane(Step step, Shape shape) {
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

  private static void requireElements(Step step, Shape shape) {
    if (shape.elements() >= MOST_ELEMENTS) {
      throw new BackendException(
          "'"
              + step.node().name()
              + "' makes "
              + shape.elements()
              + " elements an image, wanted fewer than 2^32 on CUDA");
    }
  }

  private static void requireQuads(Step step, long quads) {
    if (quads > MOST_QUADS) {
      throw new BackendException(
          "'"
              + step.node().name()
              + "' makes "
              + quads
              + " quads of pixels in a batch, wanted fewer than 2^32 on CUDA: compile for a"
              + " smaller batch");
    }
  }
}
