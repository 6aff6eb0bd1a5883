package dev.shiftwise.backend.cpuvector;

/** Where the tiles of a convolution read the pixels of its input channels. */
sealed interface PixelSource
    permits PixelSource.InPlace, PixelSource.Packed, LaidOutTaps, PackedTaps {

  /** Returns the most tiles that are computed together. */
  int together();

  /**
   * Makes the pixels of some tiles ready that are computed together, or the single ones behind the
   * tiles, as one tile.
   *
   * @param group the group
   * @param pixel the first pixel
   * @param pixelEnd the pixel behind the last
   * @param tiles how many tiles
   * @param vectors vectors of each; the last may reach behind the pixels
   * @param base address of the slab
   * @param scratch the worker's own memory
   * @return what to add to {@link #rows} for the first pixel
   */
  long ready(
      int group, long pixel, long pixelEnd, int tiles, int vectors, long base, Scratch scratch);

  /** Returns for every input channel where it is read. */
  long[] rows();

  /** Returns the bytes from where a tile reads to where the next of those together does. */
  long step(int tile);

  /** Returns the outputs beside which making pixels ready takes little time. */
  int worthOutputs();

  /** Returns the bytes of native scratch memory. */
  long scratchBytes();

  /** In the slab, wherever the shifts put them. */
  final class InPlace implements PixelSource {
    private final PixelGrid grid;
    private final long[] rows;

    /**
     * Makes a source.
     *
     * @param grid how the plane is cut
     * @param rows for every input channel where its pixel 0 is read, bytes from the slab's start
     */
    InPlace(PixelGrid grid, long[] rows) {
      this.grid = grid;
      this.rows = rows;
    }

    @Override
    public int together() {
      return 1;
    }

    @Override
    public long ready(
        int group, long pixel, long pixelEnd, int tiles, int vectors, long base, Scratch scratch) {
      return base + pixel * Float.BYTES;
    }

    @Override
    public long[] rows() {
      return rows;
    }

    @Override
    public long step(int tile) {
      return grid.bytes(tile);
    }

    @Override
    public int worthOutputs() {
      return 1;
    }

    @Override
    public long scratchBytes() {
      return 0;
    }
  }

  /**
   * In a copy, tile behind tile, and channel behind channel in each. The copy reads a channel in
   * long runs, which processors fetch ahead, where tiles would wait for a line of one channel after
   * the other; it takes no table to be found, and no vector in it reaches into a second cache line.
   */
  final class Packed implements PixelSource {
    /** A quarter of a second-level cache of 512 KiB. */
    private static final int MOST_BYTES = 1 << 17;

    /** Outputs beside which a copy for each part of them takes little time. */
    private static final int MANY_OUTPUTS = 256;

    private final PlaneKernels planes;
    private final long[] from;
    private final PackedTile tile;
    private final long[] rows;
    private final int together;

    /**
     * Makes a source.
     *
     * @param grid how the plane is cut
     * @param from for every input channel where its pixel 0 stands, bytes from the slab's start
     * @param groups groups of them
     */
    Packed(PlaneKernels planes, PixelGrid grid, long[] from, int groups) {
      this.planes = planes;
      this.from = from;
      this.tile = new PackedTile(from.length / groups, grid.widestBytes());
      this.rows = tile.rows(groups);
      this.together = Math.clamp(MOST_BYTES / tile.bytes(), 1, Math.max(1, grid.tiles()));
    }

    /** Returns the bytes from one input channel's pixels to the next's. */
    int inputPitch() {
      return tile.pitch();
    }

    @Override
    public int together() {
      return together;
    }

    @Override
    public long ready(
        int group, long pixel, long pixelEnd, int tiles, int vectors, long base, Scratch scratch) {
      int inputs = tile.inputs();
      long to = scratch.address;
      planes.pack(
          from,
          group * inputs,
          inputs,
          base + pixel * Float.BYTES,
          tiles,
          vectors,
          to,
          tile.pitch(),
          tile.bytes());
      return to;
    }

    @Override
    public long[] rows() {
      return rows;
    }

    @Override
    public long step(int ignored) {
      return tile.bytes();
    }

    @Override
    public int worthOutputs() {
      return MANY_OUTPUTS;
    }

    @Override
    public long scratchBytes() {
      return together * tile.bytes();
    }
  }
}
