package dev.shiftwise.backend.cuda;

import java.util.List;

/**
 * One of the ways in which sums are cut into blocks, as {@code tile.cuh} and the {@code .cu} files
 * have them, with what is known of its speed.
 *
 * @param kernel the kernel's name
 * @param outputs output channels of a block
 * @param pixels pixels of a block
 * @param depth products of a turn, between which a block waits for memory
 * @param threads threads of a block
 * @param resident blocks that a multiprocessor has at a time
 * @param share of the multipliers' time that they are used, in a long sum
 */
record Tile(
    String kernel, int outputs, int pixels, int depth, int threads, int resident, double share) {
  /** Multiply-adds of a multiprocessor in a clock cycle. */
  private static final double MULTIPLIERS = 128;

  /** Bytes that a multiprocessor gets from the second-level cache in a cycle. */
  private static final double BYTES = 24;

  /** Cycles until what was asked for is there. */
  private static final double WAIT = 600;

  /** Of beginning a block, and of ending it. */
  private static final double BEGIN = 1500;

  /**
   * The work on one step.
   *
   * @param groups the convolution's groups
   * @param outputs output channels of a group
   * @param inputs products of an output
   * @param pixels of all images
   */
  record Work(int groups, int outputs, int inputs, long pixels) {}

  /** Returns how many blocks the work makes. */
  long blocks(Work work) {
    return Math.ceilDiv(work.outputs(), outputs)
        * (long) work.groups()
        * Math.ceilDiv(work.pixels(), pixels);
  }

  /** Returns about how many cycles the work takes: what takes longest of three. */
  double cycles(Work work, int multiprocessors) {
    double each = Math.ceilDiv(blocks(work), multiprocessors);
    double multiplying = each * outputs * pixels * work.inputs() / (MULTIPLIERS * share);
    double bringing = each * (outputs + pixels) * work.inputs() * Float.BYTES / BYTES;
    double turns = Math.ceilDiv(work.inputs(), depth);
    double waiting = Math.ceil(each / resident) * (BEGIN + turns * WAIT);
    return Math.max(Math.max(multiplying, bringing), waiting);
  }

  /** Returns the tile that takes least; of equals the one with more blocks. */
  static Tile best(List<Tile> tiles, Work work, int multiprocessors) {
    Tile best = tiles.getFirst();
    double least = best.cycles(work, multiprocessors);
    for (Tile tile : tiles) {
      double cycles = tile.cycles(work, multiprocessors);
      if (cycles < least || (cycles == least && tile.blocks(work) > best.blocks(work))) {
        best = tile;
        least = cycles;
      }
    }
    return best;
  }
}
