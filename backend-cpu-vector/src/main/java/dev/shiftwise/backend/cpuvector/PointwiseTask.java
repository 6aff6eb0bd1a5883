package dev.shiftwise.backend.cpuvector;

/**
 * The fused operator at stride 1: a group convolution over planes that are read in place, wherever
 * the shifts put them. A shift is nothing but the contents of {@code rows}.
 *
 * <p>Large planes are cut by pixels: a tile's inputs stay in the first-level cache while all blocks
 * of weights pass over them. Small planes are cut by blocks of outputs: every weight is read once.
 */
final class PointwiseTask implements Task {
  /** Cut by pixels from so many tiles on. */
  private static final int MANY_TILES = 8;

  private static final int MOST_PARTS = 32;

  private final Tiles tiles;
  private final PixelGrid grid;
  private final int groups;
  private final long[] rows;
  private final Place out;
  private final Place residual;
  private final boolean byPixels;
  private final int quads;
  private final int parts;

  /**
   * Makes a task.
   *
   * @param tiles the tiles, with weights
   * @param grid how the plane is cut
   * @param groups groups
   * @param rows for every input channel where its pixel 0 is read, bytes from the slab's start
   * @param out where the outputs go
   * @param residual where the residual stands; {@code out} if there is none
   */
  PointwiseTask(Tiles tiles, PixelGrid grid, int groups, long[] rows, Place out, Place residual) {
    this.tiles = tiles;
    this.grid = grid;
    this.groups = groups;
    this.rows = rows;
    this.out = out;
    this.residual = residual;
    this.byPixels = grid.tiles() >= MANY_TILES;
    this.quads = Math.ceilDiv(tiles.weights().blocks(), OutputTiles.BLOCKS);
    this.parts = Math.min(MOST_PARTS, byPixels ? grid.tiles() : groups * quads);
  }

  @Override
  public int parts() {
    return parts;
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    if (byPixels) {
      runPixels(
          Task.begin(part, parts, grid.tiles()),
          Task.begin(part + 1, parts, grid.tiles()),
          base,
          scratch);
    } else {
      int to = Task.begin(part + 1, parts, groups * quads);
      for (int quad = Task.begin(part, parts, groups * quads); quad < to; quad++) {
        runQuad(quad / quads, quad % quads, base, scratch);
      }
    }
  }

  private void runPixels(int tileFrom, int tileTo, long base, Scratch scratch) {
    int blocks = tiles.weights().blocks();
    for (int g = 0; g < groups; g++) {
      for (int t = tileFrom; t < tileTo; t++) {
        for (int block = 0; block < blocks; block++) {
          tile(g, block, t, base);
        }
      }
      if (tileTo == grid.tiles()) {
        tail(g, 0, blocks, base, scratch);
      }
    }
  }

  private void runQuad(int group, int quad, long base, Scratch scratch) {
    int from = quad * OutputTiles.BLOCKS;
    int to = Math.min(tiles.weights().blocks(), from + OutputTiles.BLOCKS);
    for (int block = from; block < to; block++) {
      for (int t = 0; t < grid.tiles(); t++) {
        tile(group, block, t, base);
      }
    }
    tail(group, from, to, base, scratch);
  }

  private void tile(int group, int block, int tile, long base) {
    long offset = base + grid.offset(tile);
    int channel = group * tiles.weights().outputs();
    tiles.tile(
        rows,
        group,
        block,
        grid.vectors(tile),
        offset,
        offset + out.plane(channel),
        out.pitch(),
        offset + residual.plane(channel),
        residual.pitch());
  }

  private void tail(int group, int blockFrom, int blockTo, long base, Scratch scratch) {
    long offset = base + grid.tailOffset();
    int channel = group * tiles.weights().outputs();
    tiles.pixels(
        rows,
        group,
        blockFrom,
        blockTo,
        grid.tailPixels(),
        offset,
        offset + out.plane(channel),
        out.pitch(),
        offset + residual.plane(channel),
        residual.pitch(),
        scratch.sums);
  }
}
