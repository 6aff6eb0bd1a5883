package dev.shiftwise.backend.cpuvector;

/**
 * A register tile of whole blocks of output channels by a few pixels; the lanes are outputs. It
 * computes what is left of a plane when whole vectors of pixels are done: one pixel costs it one
 * lane's work and not a vector's. Without a residual, which is added last here and first there, the
 * sums are the same, bit for bit, as a {@link PixelTile}'s.
 */
@FunctionalInterface
interface OutputTile {

  /**
   * Computes one tile.
   *
   * @param rows for every input channel where its pixel 0 is read, shifts included
   * @param first first input channel of the group in {@code rows}
   * @param inputs input channels of the group
   * @param weights packed as {@link PackedWeights} says
   * @param at where the first block's biases stand in {@code weights}
   * @param blockFloats floats from one block to the next
   * @param offset bytes from an entry of {@code rows} to the tile's first pixel
   * @param sums receives the sums, block after block, in it pixel after pixel, in it the outputs
   */
  void run(
      long[] rows,
      int first,
      int inputs,
      float[] weights,
      int at,
      int blockFloats,
      long offset,
      float[] sums);
}
