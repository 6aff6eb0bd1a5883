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
  private final PixelGrid grid;
  private final long[] channels;
  private final int inputs;
  private final int pitch;
  private final int together;
  private final int bandRows;
  private final long bandBytes;
  private final long[] taps;
  private final long[] rows;

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
    this.grid = grid;
    this.channels = channels;
    this.inputs = channels.length / groups;
    this.pitch = grid.widestBytes();
    int tiles = Math.max(1, grid.tiles());
    int least = tileBytes() > LARGE_TILE ? 1 : Math.min(LEAST_TILES, tiles);
    this.together = Math.clamp(MOST_BYTES / tileBytes(), least, tiles);
    this.bandRows = columns.mostRows((long) together * pitch / Float.BYTES);
    this.bandBytes = Place.pitch(columns.bytes(bandRows));
    this.taps = columns.taps(bandRows);
    this.rows = new long[Math.multiplyExact(channels.length, taps.length)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (long) (i % (inputs * taps.length)) * pitch;
    }
  }

  /** Returns the bytes from one input's pixels to the next's. */
  int inputPitch() {
    return pitch;
  }

  @Override
  public int together() {
    return together;
  }

  @Override
  public long ready(int group, int tile, int count, long base, Scratch scratch) {
    long pixel = grid.firstPixel(tile);
    long end = grid.endPixel(tile + count - 1);
    return pack(group, pixel, end, count, grid.vectors(tile), base, scratch.address);
  }

  @Override
  public long readyTail(int group, long base, Scratch scratch) {
    long pixel = grid.tailOffset() / Float.BYTES;
    return pack(group, pixel, pixel + grid.tailPixels(), 1, 1, base, scratch.address);
  }

  private long pack(
      int group, long pixel, long pixelEnd, int tiles, int vectors, long base, long band) {
    int row = columns.row(pixel);
    int end = columns.row(pixelEnd - 1) + 1;
    long from = band + columns.inBand(pixel);
    long packed = band + bandBytes;
    columns.clear(bandRows, band);
    for (int i = 0; i < inputs; i++) {
      columns.layOut(base + channels[group * inputs + i], row, end, bandRows, band);
      long to = packed + (long) i * taps.length * pitch;
      planes.pack(taps, 0, taps.length, from, tiles, vectors, to, pitch, tileBytes());
    }
    return packed;
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
    return (long) inputs * columns.taps() * pitch;
  }

  @Override
  public int worthOutputs() {
    return MANY_OUTPUTS;
  }

  @Override
  public long scratchBytes() {
    return bandBytes + together * tileBytes();
  }
}
