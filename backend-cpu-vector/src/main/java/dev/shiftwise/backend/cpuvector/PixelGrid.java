package dev.shiftwise.backend.cpuvector;

import java.util.Arrays;

/**
 * How a plane's pixels are cut into tiles: whole vectors, two or three in a tile, and at most half
 * a vector of single pixels at the end. More than half a vector is covered by one more vector that
 * ends with the plane and overlaps its neighbour; it computes those pixels again, bit for bit the
 * same, and writes nothing behind the plane.
 *
 * <p>The grid depends on the plane and the vector width only, never on the number of threads.
 */
final class PixelGrid {
  /** Vectors of the widest tile. */
  static final int WIDEST = 3;

  private final int lanes;
  private final long[] offsets;
  private final byte[] vectors;
  private final long tailOffset;
  private final int tailPixels;

  private PixelGrid(int lanes, long[] offsets, byte[] vectors, long tailOffset, int tailPixels) {
    this.lanes = lanes;
    this.offsets = offsets;
    this.vectors = vectors;
    this.tailOffset = tailOffset;
    this.tailPixels = tailPixels;
  }

  /** Cuts a plane. */
  static PixelGrid of(long pixels, VectorWidth width, boolean residual) {
    int lanes = width.lanes();
    long whole = pixels / lanes;
    int rest = (int) (pixels % lanes);
    boolean overlap = rest > lanes / 2 && whole > 0;
    byte[] vectors = cut(Math.toIntExact(whole), overlap, width.tileVectors(residual));
    long[] offsets = new long[vectors.length];
    long at = 0;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = at * Float.BYTES;
      at += (long) vectors[i] * lanes;
    }
    if (overlap) {
      int last = offsets.length - 1;
      offsets[last] = (pixels - (long) vectors[last] * lanes) * Float.BYTES;
    }
    return new PixelGrid(lanes, offsets, vectors, whole * lanes * Float.BYTES, overlap ? 0 : rest);
  }

  /** Returns the vectors of each tile, {@code wanted} in most. */
  private static byte[] cut(int whole, boolean overlap, int wanted) {
    if (overlap && whole < WIDEST) {
      // One tile would be wider than the plane.
      return new byte[] {(byte) whole, 1};
    }
    int count = overlap ? whole + 1 : whole;
    if (count <= 1) {
      return count == 0 ? new byte[0] : new byte[] {1};
    }
    // One vector alone keeps the multipliers waiting for its loads, so twos and threes it is.
    int threes = wanted == 2 ? count % 2 : count / 3 - (count % 3 == 1 ? 1 : 0);
    byte[] vectors = new byte[threes + (count - 3 * threes) / 2];
    Arrays.fill(vectors, (byte) 2);
    Arrays.fill(vectors, 0, threes, (byte) 3);
    return vectors;
  }

  /** Returns the number of tiles of whole vectors. */
  int tiles() {
    return offsets.length;
  }

  /** Returns where a tile starts, in bytes from the plane's start. */
  long offset(int tile) {
    return offsets[tile];
  }

  /** Returns the vectors of a tile. */
  int vectors(int tile) {
    return vectors[tile];
  }

  /** Returns how many tiles from one on are as wide and stand behind each other, up to an end. */
  int alike(int tile, int end) {
    int next = tile + 1;
    while (next < end
        && vectors[next] == vectors[tile]
        && offsets[next] == offsets[next - 1] + bytes(tile)) {
      next++;
    }
    return next - tile;
  }

  /** Returns the bytes of a tile in one channel. */
  long bytes(int tile) {
    return (long) vectors[tile] * lanes * Float.BYTES;
  }

  /** Returns the bytes of the widest tile. */
  int widestBytes() {
    int most = 1;
    for (byte count : vectors) {
      most = Math.max(most, count);
    }
    return most * lanes * Float.BYTES;
  }

  /** Returns a tile's first pixel. */
  long firstPixel(int tile) {
    return offsets[tile] / Float.BYTES;
  }

  /** Returns the pixel behind a tile's last. */
  long endPixel(int tile) {
    return firstPixel(tile) + (long) vectors[tile] * lanes;
  }

  /** Returns where the single pixels start, in bytes from the plane's start. */
  long tailOffset() {
    return tailOffset;
  }

  /** Returns the number of single pixels. */
  int tailPixels() {
    return tailPixels;
  }
}
