package dev.shiftwise.backend.cpuvector;

import java.util.ArrayList;
import java.util.List;

/** Lays planes out as a {@link PaddedPlane} says. */
final class PlaneLoader {
  private record Part(RowsTile tile, long from, long to, int rows) {}

  private final PlaneKernels planes;
  private final float padding;
  private final long bytes;
  private final List<Part> parts = new ArrayList<>();

  /**
   * Makes a loader.
   *
   * @param padding what the padding holds
   */
  PlaneLoader(Kernels kernels, PaddedPlane padded, float padding) {
    this.planes = kernels.planes();
    this.padding = padding;
    this.bytes = padded.bytes();
    long outPitch = (long) padded.pitch() * Float.BYTES;
    for (PaddedPlane.Rows rows : padded.rows()) {
      RowsTile tile = kernels.rows(rows.stride(), rows.count(), rows.inPitch(), outPitch, padding);
      parts.add(new Part(tile, rows.from(), rows.to(), rows.rows()));
    }
  }

  /** Returns the bytes of a plane that is laid out. */
  long bytes() {
    return bytes;
  }

  /** Fills everything with what the padding holds. */
  void clear(long to) {
    planes.fill(to, bytes / Float.BYTES, padding);
  }

  /** Lays a plane out where all padding is filled already. */
  void load(long plane, long to) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      part.tile.run(plane + part.from, to + part.to, part.rows);
    }
  }
}
