package dev.shiftwise.backend.cpuvector;

/**
 * Reads each tap in the {@link TapColumns} of all channels of a group, which are in the worker's
 * own memory. For few outputs, which read a pixel so seldom that a copy for each tap would not pay.
 */
final class LaidOutTaps implements PixelSource {
  /** A part of a first- and a second-level cache; more only if one tile does not fit. */
  private static final int MOST_BYTES = 1 << 17;

  private final TapColumns columns;
  private final PixelGrid grid;
  private final long[] channels;
  private final int inputs;
  private final int together;
  private final int bandRows;
  private final long pitch;
  private final long[] rows;

  /**
   * Makes a source.
   *
   * @param columns how a channel is laid out
   * @param grid how the plane of the result is cut
   * @param channels for every input channel where its plane stands, bytes from the slab's start
   * @param groups groups of them
   */
  LaidOutTaps(TapColumns columns, PixelGrid grid, long[] channels, int groups) {
    this.columns = columns;
    this.grid = grid;
    this.channels = channels;
    this.inputs = channels.length / groups;
    int tiles = 1;
    while (tiles < grid.tiles() && inputs * pitch(rowsOf(tiles + 1)) <= MOST_BYTES) {
      tiles++;
    }
    this.together = tiles;
    this.bandRows = rowsOf(tiles);
    this.pitch = pitch(bandRows);
    long[] taps = columns.taps(bandRows);
    this.rows = new long[Math.multiplyExact(channels.length, taps.length)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i / taps.length % inputs * pitch + taps[i % taps.length];
    }
  }

  private int rowsOf(int tiles) {
    return columns.mostRows((long) tiles * grid.widestBytes() / Float.BYTES);
  }

  private long pitch(int bandRows) {
    return Place.pitch(columns.bytes(bandRows));
  }

  @Override
  public int together() {
    return together;
  }

  @Override
  public long ready(
      int group, long pixel, long pixelEnd, int tiles, int vectors, long base, Scratch scratch) {
    int row = columns.row(pixel);
    int end = columns.row(pixelEnd - 1) + 1;
    for (int i = 0; i < inputs; i++) {
      long to = scratch.address + i * pitch;
      columns.clear(bandRows, to);
      columns.layOut(base + channels[group * inputs + i], row, end, bandRows, to);
    }
    return scratch.address + columns.inBand(pixel);
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
    return inputs * pitch;
  }
}
