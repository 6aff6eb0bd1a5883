package dev.shiftwise.backend.cpuvector;

/** Where the tiles of a convolution read the pixels of its input channels. */
sealed interface PixelSource
    permits PixelSource.InPlace, PixelSource.Packed, LaidOutTaps, PackedTaps {

  /** Returns the most tiles that are computed together. */
  int together();

  /**
   * Makes the pixels of some tiles ready that are computed together.
   *
   * @param group the group
   * @param tile the first tile
   * @param count how many
   * @param base address of the slab
   * @param scratch the worker's own memory
   * @return what to add to {@link #rows} for the first of them
   */
  long ready(int group, int tile, int count, long base, Scratch scratch);

  /** As {@link #ready}, for the single pixels behind the tiles. */
  long readyTail(int group, long base, Scratch scratch);

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
    public long ready(int group, int tile, int count, long base, Scratch scratch) {
      return base + grid.offset(tile);
    }

    @Override
    public long readyTail(int group, long base, Scratch scratch) {
      return base + grid.tailOffset();
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
    private final PixelGrid grid;
    private final long[] from;
    private final long[] rows;
    private final int inputs;
    private final int pitch;
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
      this.grid = grid;
      this.from = from;
      this.inputs = from.length / groups;
      this.pitch = grid.widestBytes();
      this.together = Math.clamp(MOST_BYTES / tileBytes(), 1, Math.max(1, grid.tiles()));
      this.rows = new long[from.length];
      for (int c = 0; c < rows.length; c++) {
        rows[c] = (long) (c % inputs) * pitch;
      }
    }

    /** Returns the bytes from one input channel's pixels to the next's. */
    int channelPitch() {
      return pitch;
    }

    @Override
    public int together() {
      return together;
    }

    @Override
    public long ready(int group, int tile, int count, long base, Scratch scratch) {
      return pack(group, base + grid.offset(tile), count, grid.vectors(tile), scratch);
    }

    @Override
    public long readyTail(int group, long base, Scratch scratch) {
      return pack(group, base + grid.tailOffset(), 1, 1, scratch);
    }

    private long pack(int group, long offset, int tiles, int vectors, Scratch scratch) {
      long to = scratch.address;
      planes.pack(from, group * inputs, inputs, offset, tiles, vectors, to, pitch, tileBytes());
      return to;
    }

    @Override
    public long[] rows() {
      return rows;
    }

    @Override
    public long step(int tile) {
      return tileBytes();
    }

    private long tileBytes() {
      return (long) inputs * pitch;
    }

    @Override
    public int worthOutputs() {
      return MANY_OUTPUTS;
    }

    @Override
    public long scratchBytes() {
      return together * tileBytes();
    }
  }
}
