package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tiles of one sliding window; a large one has several, which go over the same outputs. */
final class WindowTiles {
  /**
   * Taps of a tile: their weights are nearly all in registers, and so many calls of the Vector API
   * C2 inlines without giving up.
   */
  private static final int MOST_TAPS = 16;

  /** Rows of outputs that are computed together. */
  private static final int PAIR = 2;

  /**
   * Some of the taps, for some rows of outputs. All places are bytes from the first, but for the
   * values.
   *
   * @param tile computes it
   * @param in where the first tap of the first output stands
   * @param values the first of the values that are read
   * @param partial where the first sum is left or found
   * @param out where the first output goes
   * @param turns for the tile
   */
  private record Part(WindowTile tile, long in, int values, long partial, long out, int turns) {}

  private final List<Part> parts = new ArrayList<>();
  private final long partialBytes;
  private final boolean reachesBehind;

  /**
   * Makes the tiles.
   *
   * @param padded the plane that the window slides over
   * @param out shape of the outputs
   * @param clamp applied to what a window has added up
   */
  WindowTiles(Kernels kernels, PaddedPlane padded, Shape out, WindowShape.Kind kind, Clamp clamp) {
    int bits = kernels.width().bitsFor(out.width());
    int rows = out.height();
    int paired = rows / PAIR * PAIR;
    long[] taps = padded.taps();
    for (int from = 0; from < taps.length; ) {
      int to = end(from, padded.tapsOfRow(), taps.length);
      long origin = taps[from];
      WindowShape shape =
          new WindowShape(
              bits,
              kind,
              Arrays.stream(taps, from, to).map(tap -> tap - origin).boxed().toList(),
              from == 0,
              to == taps.length,
              padded.pitch() * Float.BYTES,
              out.width(),
              PAIR,
              clamp);
      if (paired > 0) {
        parts.add(part(kernels, shape, from, origin, 0, paired));
      }
      if (paired < rows) {
        parts.add(part(kernels, shape.withRows(1), from, origin, paired, rows));
      }
      from = to;
    }
    int vectors = Math.ceilDiv(out.width(), bits / Float.SIZE);
    boolean several = end(0, padded.tapsOfRow(), taps.length) < taps.length;
    this.partialBytes = several ? (long) rows * vectors * bits / Byte.SIZE : 0;
    this.reachesBehind = out.width() < bits / Float.SIZE;
  }

  private static Part part(
      Kernels kernels, WindowShape shape, int tap, long origin, int firstRow, int endRow) {
    // Behind the bias, which the first tile reads itself.
    int values =
        switch (shape.kind()) {
          case WEIGHTED_SUM -> shape.first() ? 0 : 1 + tap;
          case SCALED_SUM -> firstRow * shape.width();
          case MAX -> 0;
        };
    return new Part(
        kernels.tiles().tile(shape),
        origin + (long) firstRow * shape.pitch(),
        values,
        (long) firstRow * shape.partialPitch(),
        (long) firstRow * shape.width() * Float.BYTES,
        (endRow - firstRow) / shape.rows());
  }

  /** Returns the bytes that sums take which one tile leaves for the next. */
  long partialBytes() {
    return partialBytes;
  }

  /** Returns whether less than a vector behind the last row is written, too. */
  boolean reachesBehind() {
    return reachesBehind;
  }

  /**
   * Computes a plane of outputs.
   *
   * @param in the padded plane
   * @param values the bias and the weights, or the factors of all places
   * @param at where they begin
   * @param partial room for sums, see {@link #partialBytes}
   * @param out where the first output goes
   */
  void run(long in, float[] values, int at, long partial, long out) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      part.tile.run(
          in + part.in,
          values,
          at + part.values,
          partial + part.partial,
          out + part.out,
          part.turns);
    }
  }

  /**
   * Returns the tap behind the last of a tile: some whole rows of the window, or a piece of a row,
   * so that few tiles differ in how their taps lie to each other.
   */
  private static int end(int from, int tapsOfRow, int taps) {
    return tapsOfRow > MOST_TAPS
        ? Math.min(from + MOST_TAPS, (from / tapsOfRow + 1) * tapsOfRow)
        : Math.min(from + MOST_TAPS / tapsOfRow * tapsOfRow, taps);
  }
}
