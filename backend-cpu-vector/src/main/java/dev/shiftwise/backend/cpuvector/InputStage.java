package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Copies images of one network input from the caller's memory to the slab and fills the guards
 * around them. Used by one thread at a time.
 */
final class InputStage {
  private final Placement to;
  private final @Nullable GuardTask guards;

  // Runs mostly bring the view of the run before; its pieces are kept.
  private @Nullable AddressMap lastView;
  private Pieces pieces = new Pieces();

  InputStage(PlaneKernels planes, Staging staging) {
    this.to = staging.destination();
    this.guards = staging.guards().isEmpty() ? null : new GuardTask(planes, to, staging.guards());
  }

  /**
   * Copies an image.
   *
   * @throws IllegalStateException if the caller's segment has been closed
   * @throws WrongThreadException if it belongs to another thread
   */
  void stage(FeatureMap from, int image, MemorySegment slab) {
    AddressMap view = from.map();
    if (!view.equals(lastView)) {
      pieces = pieces(view);
      lastView = view;
    }
    pieces.copy(from.segment(), image * view.source().elements(), slab, 0);
    if (guards != null) {
      guards.fill(slab.address());
    }
  }

  private Pieces pieces(AddressMap view) {
    Pieces fresh = new Pieces();
    view.forEachPiece((at, index, length) -> CopyTask.addTo(fresh, to, at, index, length));
    return fresh;
  }
}
