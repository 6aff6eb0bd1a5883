package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

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
   * Some of the taps.
   *
   * @param pairs their tile for two rows of outputs
   * @param single their tile for one
   * @param origin where the first of them stands, bytes from the padded plane
   * @param values the first of the values that they read
   */
  private record Part(WindowTile pairs, WindowTile single, long origin, int values) {}

  private final List<Part> tiles = new ArrayList<>();
  private final int rows;
  private final long inPitch;
  private final long outPitch;
  private final int valuesOfRow;
  private final long partialPitch;
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
    long[] taps = padded.taps();
    int pitch = padded.pitch() * Float.BYTES;
    boolean weighted = kind == WindowShape.Kind.WEIGHTED_SUM;
    for (int from = 0; from < taps.length; ) {
      int to = end(from, padded.tapsOfRow(), taps.length);
      long origin = taps[from];
      List<Long> some = Arrays.stream(taps, from, to).map(tap -> tap - origin).boxed().toList();
      boolean first = from == 0;
      boolean last = to == taps.length;
      IntFunction<WindowTile> tile =
          together ->
              kernels
                  .tiles()
                  .windowTile(
                      new WindowShape(
                          bits, kind, some, first, last, pitch, out.width(), together, clamp));
      // Behind the bias, which the first tile reads itself.
      int values = weighted && from > 0 ? 1 + from : 0;
      tiles.add(new Part(tile.apply(PAIR), tile.apply(1), origin, values));
      from = to;
    }
    this.rows = out.height();
    this.inPitch = pitch;
    this.outPitch = (long) out.width() * Float.BYTES;
    this.valuesOfRow = kind == WindowShape.Kind.SCALED_SUM ? out.width() : 0;
    this.partialPitch = (long) Math.ceilDiv(out.width(), bits / Float.SIZE) * bits / Byte.SIZE;
    this.reachesBehind = out.width() < bits / Float.SIZE;
  }

  /** Returns the bytes that sums take which one tile leaves for the next. */
  long partialBytes() {
    return tiles.size() > 1 ? rows * partialPitch : 0;
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
    for (int i = 0; i < tiles.size(); i++) {
      Part part = tiles.get(i);
      long from = in + part.origin;
      int of = at + part.values;
      int pairs = rows / PAIR;
      if (pairs > 0) {
        part.pairs.run(from, values, of, partial, out, pairs);
      }
      if (rows % PAIR > 0) {
        int done = pairs * PAIR;
        part.single.run(
            from + done * inPitch,
            values,
            of + done * valuesOfRow,
            partial + done * partialPitch,
            out + done * outPitch,
            1);
      }
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
