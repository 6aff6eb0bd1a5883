package dev.shiftwise.backend.cpuvector;

/**
 * The fused operator at stride 1: a group convolution over planes that are read in place, wherever
 * the shifts put them. A shift is nothing but the contents of {@code rows}.
 *
 * <p>A part is some pixels and some blocks of outputs of one group. Large planes are cut by pixels:
 * all blocks of weights pass over a tile's inputs while these are in the first-level cache. Small
 * planes are cut by blocks: a few of them go over the whole plane, and every weight is read once.
 */
final class PointwiseTask implements Task {
  /** Cut by pixels from so many tiles on. */
  private static final int MANY_TILES = 8;

  /** Parts to aim at; more would only cut what is better done together. */
  private static final int WANTED_PARTS = 16;

  private final Tiles tiles;
  private final PixelGrid grid;
  private final int groups;
  private final long[] rows;
  private final long packedTile;
  private final Place out;
  private final Place residual;
  private final DeadCells dead;
  private final int pixelParts;
  private final int blockParts;

  /**
   * Makes a task.
   *
   * @param tiles the tiles, with weights
   * @param grid how the plane is cut
   * @param groups groups
   * @param rows for every input channel where its pixel 0 is read, bytes from the slab's start
   * @param packedTile bytes from where a tile reads a channel to where the next does, if a {@link
   *     PackTask} has copied it there; 0 if it is read in place
   * @param out where the outputs go
   * @param residual where the residual stands; {@code out} if there is none
   * @param dead cells of the result that hold zeros
   */
  PointwiseTask(
      Tiles tiles,
      PixelGrid grid,
      int groups,
      long[] rows,
      long packedTile,
      Place out,
      Place residual,
      DeadCells dead) {
    this.tiles = tiles;
    this.grid = grid;
    this.groups = groups;
    this.rows = rows;
    this.packedTile = packedTile;
    this.out = out;
    this.residual = residual;
    this.dead = dead;
    int wanted = Math.ceilDiv(WANTED_PARTS, groups);
    if (grid.tiles() >= MANY_TILES) {
      this.pixelParts = Math.min(wanted, grid.tiles());
      this.blockParts = 1;
    } else {
      this.pixelParts = 1;
      // Whole quads, since their single pixels are computed together.
      this.blockParts = Math.ceilDiv(tiles.weights().blocks(), OutputTiles.BLOCKS);
    }
  }

  @Override
  public int parts() {
    return groups * pixelParts * blockParts;
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int group = part / (pixelParts * blockParts);
    int pixelPart = part % pixelParts;
    int blockPart = part / pixelParts % blockParts;
    int blocks = tiles.weights().blocks();
    int blockFrom = blockPart * OutputTiles.BLOCKS;
    int blockTo = blockParts == 1 ? blocks : Math.min(blocks, blockFrom + OutputTiles.BLOCKS);
    int channel = group * tiles.weights().outputs();
    long to = base + out.plane(channel);
    long res = base + residual.plane(channel);
    int tileFrom = Task.begin(pixelPart, pixelParts, grid.tiles());
    int tileTo = Task.begin(pixelPart + 1, pixelParts, grid.tiles());
    for (int t = tileFrom; t < tileTo; t++) {
      long at = grid.offset(t);
      tiles.tile(
          rows,
          group,
          blockFrom,
          blockTo,
          grid.vectors(t),
          base + (packedTile == 0 ? at : t * packedTile),
          to + at,
          out.pitch(),
          res + at,
          residual.pitch());
    }
    boolean last = pixelPart == pixelParts - 1;
    if (last && grid.tailPixels() > 0) {
      long at = grid.tailOffset();
      tiles.pixels(
          rows,
          group,
          blockFrom,
          blockTo,
          grid.tailPixels(),
          base + (packedTile == 0 ? at : grid.tiles() * packedTile),
          to + at,
          out.pitch(),
          res + at,
          residual.pitch(),
          scratch.sums);
    }
    // A tile that overlaps its neighbour's may write cells again that the neighbour has cleared, so
    // every part clears all it has written.
    dead.clear(
        base,
        channel + tiles.weights().firstOutput(blockFrom),
        channel + tiles.weights().firstOutput(blockTo),
        tileFrom < tileTo ? grid.firstPixel(tileFrom) : 0,
        last ? Long.MAX_VALUE : grid.endPixel(tileTo - 1));
  }
}
