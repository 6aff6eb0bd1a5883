package dev.shiftwise.backend.cpuvector;

/**
 * Copies what each tile of pixels reads to one place, channel behind channel, where no vector
 * reaches into a second cache line and none of the lines gets in another's way. It costs a pass
 * over the input, which many outputs are worth.
 */
final class PackTask implements Task {
  private static final int MOST_PARTS = 32;

  private final PlaneKernels planes;
  private final PixelGrid grid;
  private final long[] rows;
  private final long to;
  private final long pitch;

  /**
   * Makes a task.
   *
   * @param rows for every input channel where its pixel 0 is read, bytes from the slab's start
   * @param to where the first tile goes
   */
  PackTask(PlaneKernels planes, PixelGrid grid, long[] rows, long to) {
    this.planes = planes;
    this.grid = grid;
    this.rows = rows;
    this.to = to;
    this.pitch = grid.widestBytes();
  }

  /** Returns the bytes of one tile of all channels. */
  static long tileBytes(PixelGrid grid, int channels) {
    return (long) channels * grid.widestBytes();
  }

  /** Returns the bytes of all tiles; one more is for the single pixels. */
  static long bytes(PixelGrid grid, int channels) {
    return (grid.tiles() + 1) * tileBytes(grid, channels);
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, rows.length);
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int from = Task.begin(part, parts(), rows.length);
    int end = Task.begin(part + 1, parts(), rows.length);
    long tile = tileBytes(grid, rows.length);
    long out = base + to;
    for (int t = 0; t < grid.tiles(); t++) {
      planes.pack(rows, from, end, base + grid.offset(t), grid.vectors(t), out, pitch);
      out += tile;
    }
    if (grid.tailPixels() > 0) {
      planes.pack(rows, from, end, base + grid.tailOffset(), 1, out, pitch);
    }
  }
}
