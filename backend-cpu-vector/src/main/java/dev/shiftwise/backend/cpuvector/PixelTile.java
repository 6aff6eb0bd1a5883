package dev.shiftwise.backend.cpuvector;

/**
 * A register tile of some output channels by some whole vectors of neighbouring pixels; the lanes
 * are pixels. It goes over one block of outputs after the other, while the inputs stay in the
 * first-level cache. This is where nearly all of the time goes.
 */
@FunctionalInterface
interface PixelTile {

  /**
   * Computes the tile for some blocks of outputs: for each reads it from every input channel, and
   * stores it once.
   *
   * @param rows for every input channel where its pixel 0 is read, shifts included
   * @param first first input channel of the group in {@code rows}
   * @param inputs input channels of the group
   * @param weights packed as {@link PackedWeights} says
   * @param at where the first block's (or half block's) biases stand in {@code weights}
   * @param blocks how many blocks, at least 1
   * @param offset bytes from an entry of {@code rows} to the tile's first pixel
   * @param out where the first output's first pixel goes
   * @param outPitch bytes from one output channel to the next
   * @param residual where the residual of the first output's first pixel stands
   * @param residualPitch bytes from one residual channel to the next
   */
  void run(
      long[] rows,
      int first,
      int inputs,
      float[] weights,
      int at,
      int blocks,
      long offset,
      long out,
      long outPitch,
      long residual,
      long residualPitch);
}
