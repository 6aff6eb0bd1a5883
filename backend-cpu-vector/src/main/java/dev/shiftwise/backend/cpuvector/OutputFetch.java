package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Source;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.MemorySegment;

/** Copies images of one network output from the slab to the caller's memory. */
final class OutputFetch {
  private final Pieces pieces = new Pieces();

  OutputFetch(Source from) {
    from.forEachPiece(pieces::add);
  }

  /**
   * Copies an image.
   *
   * @param slab holds the image
   * @param to the caller's map, a window
   * @param image which of its images
   * @throws IllegalStateException if the caller's segment has been closed
   * @throws WrongThreadException if it belongs to another thread
   */
  void fetch(MemorySegment slab, FeatureMap to, int image) {
    long first = to.map().sourceIndex(0, 0);
    pieces.copy(slab, 0, to.segment(), image * to.map().source().elements() + first);
  }
}
