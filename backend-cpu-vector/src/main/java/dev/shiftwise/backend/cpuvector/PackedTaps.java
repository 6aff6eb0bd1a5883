package dev.shiftwise.backend.cpuvector;

/**
 * Copies for each tap the pixels that it reads, tile behind tile, and input behind input in each:
 * no vector in them reaches into a second cache line, and tiles read one after the other what
 * stands one behind the other. A channel at a time is laid out as {@link TapColumns} before.
 */
final class PackedTaps implements PixelSource {
  /** Half a second-level cache of 512 KiB. */
  private static final int MOST_BYTES = 1 << 18;

  /** Fewer tiles together would read the weights too often, and lay out most rows twice. */
  private static final int LEAST_TILES = 8;

  /** Where one tile takes more there is one at a time. */
  private static final int LARGE_TILE = 1 << 20;

  /** Outputs beside which copies for each part of them take little time. */
  private static final int MANY_OUTPUTS = 64;

  private final PlaneKernels planes;
  private final TapColumns columns;
  private final long[] channels;
  private final int channelsOfGroup;
  private final PackedTile tile;
  private final long[] rows;
  private final int together;
  private final int bandRows;
  private final long bandBytes;
  private final long[] taps;

  /**
   * Makes a source.
   *
   * @param columns how a channel is laid out
   * @param grid how the plane of the result is cut
   * @param channels for every input channel where its plane stands, bytes from the slab's start
   * @param groups groups of them
   */
  PackedTaps(PlaneKernels planes, TapColumns columns, PixelGrid grid, long[] channels, int groups) {
    this.planes = planes;
    this.columns = columns;
    this.channels = channels;
    this.channelsOfGroup = channels.length / groups;
    int inputs = Math.multiplyExact(channelsOfGroup, columns.taps());
    this.tile = new PackedTile(inputs, grid.widestBytes());
    this.rows = tile.rows(groups);
    int tiles = Math.max(1, grid.tiles());
    int least = tile.bytes() > LARGE_TILE ? 1 : Math.min(LEAST_TILES, tiles);
    this.together = Math.clamp(MOST_BYTES / tile.bytes(), least, tiles);
    this.bandRows = columns.mostRows((long) together * tile.pitch() / Float.BYTES);
    this.bandBytes = Place.pitch(columns.bytes(bandRows));
    this.taps = columns.taps(bandRows);
  }

  /** Returns the bytes from one input's pixels to the next's. */
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
    long band = scratch.address;
    long packed = band + bandBytes;
    long from = band + columns.inBand(pixel);
    int row = columns.row(pixel);
    int end = columns.row(pixelEnd - 1) + 1;
    int channel = group * channelsOfGroup;
    columns.clear(bandRows, band);
    for (int i = 0; i < channelsOfGroup; i++) {
      columns.layOut(base + channels[channel + i], row, end, bandRows, band);
      long to = packed + (long) i * taps.length * tile.pitch();
      planes.pack(taps, 0, taps.length, from, tiles, vectors, to, tile.pitch(), tile.bytes());
    }
    return packed;
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
    return bandBytes + together * tile.bytes();
  }
}
