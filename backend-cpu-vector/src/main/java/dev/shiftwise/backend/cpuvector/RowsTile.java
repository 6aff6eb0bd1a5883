package dev.shiftwise.backend.cpuvector;

/**
 * Copies rows, bit for bit, or every second element of them. It may read a vector behind the last
 * element. A row shorter than a vector is written as a whole one; rows are written in order, so
 * that the next overwrites what it gets of that.
 */
@FunctionalInterface
interface RowsTile {

  /**
   * Copies some rows.
   *
   * @param in the first row
   * @param out where it goes
   * @param rows how many, at least 1
   */
  void run(long in, long out, int rows);
}
