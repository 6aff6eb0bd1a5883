package dev.shiftwise.backend.cpuvector;

/**
 * The fused operator at stride 1: a group convolution over planes that are read wherever the shifts
 * put them. A shift is nothing but the contents of a {@link PixelSource}.
 *
 * <p>A part is some pixels and some blocks of outputs of one group. Large planes are cut by pixels,
 * over which all blocks of weights pass while they are in a cache. Small planes are cut by blocks:
 * some of them go over the whole plane, and every weight is read once.
 */
final class PointwiseTask implements Task {
  /** Cut by pixels from so many tiles on. */
  private static final int MANY_TILES = 8;

  /** Parts to aim at for each thread, where there are several. */
  private static final int PARTS_OF_THREAD = 8;

  /** Outputs in a part at least, where making their pixels ready takes time. */
  private static final int LEAST_OUTPUTS = 32;

  private final Tiles tiles;
  private final PixelGrid grid;
  private final int groups;
  private final PixelSource source;
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
   * @param source where the input channels are read
   * @param out where the outputs go
   * @param residual where the residual stands; {@code out} if there is none
   * @param dead cells of the result that hold zeros
   * @param threads threads to cut it for; what is done together takes less time than in parts
   */
  PointwiseTask(
      Tiles tiles,
      PixelGrid grid,
      int groups,
      PixelSource source,
      Place out,
      Place residual,
      DeadCells dead,
      int threads) {
    this.tiles = tiles;
    this.grid = grid;
    this.groups = groups;
    this.source = source;
    this.out = out;
    this.residual = residual;
    this.dead = dead;
    boolean cutPixels = threads > 1 && grid.tiles() >= MANY_TILES;
    this.pixelParts =
        cutPixels ? Math.min(Math.ceilDiv(PARTS_OF_THREAD * threads, groups), grid.tiles()) : 1;
    this.blockParts = threads > 1 && !cutPixels ? blockParts(threads) : 1;
  }

  /** Returns as many as cost little, but some for each thread if that leaves enough to do. */
  private int blockParts(int threads) {
    int outputs = tiles.weights().outputs();
    int worth = outputs / source.worthOutputs();
    int least = Math.min(Math.ceilDiv(threads, groups), outputs / LEAST_OUTPUTS);
    return Math.max(1, Math.min(Math.max(worth, least), quads()));
  }

  /** Blocks are cut by whole quads, since their single pixels are computed together. */
  private int quads() {
    return Math.ceilDiv(tiles.weights().blocks(), OutputTiles.BLOCKS);
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
    int blockFrom = firstBlock(blockPart);
    int blockTo = firstBlock(blockPart + 1);
    int channel = group * tiles.weights().outputs();
    long to = base + out.plane(channel);
    long res = base + residual.plane(channel);
    int tileFrom = Task.begin(pixelPart, pixelParts, grid.tiles());
    int tileTo = Task.begin(pixelPart + 1, pixelParts, grid.tiles());
    for (int t = tileFrom; t < tileTo; ) {
      int count = grid.alike(t, Math.min(tileTo, t + source.together()));
      long at = grid.offset(t);
      int vectors = grid.vectors(t);
      long pixel = grid.firstPixel(t);
      long end = grid.endPixel(t + count - 1);
      tiles.tiles(
          source.rows(),
          group,
          blockFrom,
          blockTo,
          vectors,
          count,
          source.ready(group, pixel, end, count, vectors, base, scratch),
          source.step(t),
          to + at,
          out.pitch(),
          res + at,
          residual.pitch());
      t += count;
    }
    boolean last = pixelPart == pixelParts - 1;
    if (last && grid.tailPixels() > 0) {
      long at = grid.tailOffset();
      long pixel = at / Float.BYTES;
      long end = pixel + grid.tailPixels();
      tiles.pixels(
          source.rows(),
          group,
          blockFrom,
          blockTo,
          grid.tailPixels(),
          source.ready(group, pixel, end, 1, 1, base, scratch),
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

  private int firstBlock(int part) {
    int first = Task.begin(part, blockParts, quads()) * OutputTiles.BLOCKS;
    return Math.min(first, tiles.weights().blocks());
  }

  @Override
  public long scratchBytes() {
    return source.scratchBytes();
  }
}
