package dev.shiftwise.backend.cpuvector;

/**
 * A register tile of some output channels by some whole vectors of neighbouring pixels; the lanes
 * are pixels. It is computed again and again in even steps: for one block of outputs after the
 * other, while the pixels stay in the first-level cache, or for one pixel tile after the other,
 * while the weights do. This is where nearly all of the time goes.
 */
@FunctionalInterface
interface PixelTile {

  /**
   * Computes the tile some times: each reads it from every input channel, and stores it once.
   *
   * @param rows for every input channel where its pixel 0 is read, shifts included
   * @param first first input channel of the group in {@code rows}
   * @param inputs input channels of the group
   * @param weights packed as {@link PackedWeights} says
   * @param at where the block's (or half block's) biases stand in {@code weights}
   * @param atStep floats from there to where the next time's stand
   * @param times how many times, at least 1
   * @param offset bytes from an entry of {@code rows} to the tile's first pixel
   * @param offsetStep bytes from there to the next time's
   * @param out where the first output's first pixel goes
   * @param outStep bytes from there to the next time's
   * @param outPitch bytes from one output channel to the next
   * @param residual where the residual of the first output's first pixel stands
   * @param residualStep bytes from there to the next time's
   * @param residualPitch bytes from one residual channel to the next
   */
  void run(
      long[] rows,
      int first,
      int inputs,
      float[] weights,
      int at,
      int atStep,
      int times,
      long offset,
      long offsetStep,
      long out,
      long outStep,
      long outPitch,
      long residual,
      long residualStep,
      long residualPitch);
}
