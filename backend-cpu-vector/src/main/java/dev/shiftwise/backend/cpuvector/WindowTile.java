package dev.shiftwise.backend.cpuvector;

/**
 * A sliding window over one padded plane; the lanes are neighbouring outputs. Rows of outputs stand
 * close together. A row shorter than a vector is computed by a whole one, which reaches into the
 * rows behind it: these are computed later, and behind the last there must be room.
 */
@FunctionalInterface
interface WindowTile {

  /**
   * Computes some rows of outputs.
   *
   * @param in the padded plane
   * @param values the bias and a weight for each tap, or the factors of all places
   * @param at where they begin in {@code values}
   * @param partial where sums stand that are left for the next tile of the same window; unused if
   *     there is only one
   * @param out where the first row of outputs goes
   * @param turns how many times as many rows as are computed together, at least 1
   */
  void run(long in, float[] values, int at, long partial, long out, int turns);
}
