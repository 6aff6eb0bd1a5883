package dev.shiftwise.backend.cpuvector;

/**
 * Work that is cut into parts. The parts depend on the network and the vector width alone, so the
 * results are the same bits whoever runs which part.
 */
interface Task {

  /** Returns the number of parts; they may run in any order and at the same time. */
  int parts();

  /**
   * Runs one part.
   *
   * @param part from 0
   * @param base address of the slab
   * @param scratch the running worker's own memory
   */
  void run(int part, long base, Scratch scratch);

  /** Returns the bytes of native scratch memory that a part needs. */
  default long scratchBytes() {
    return 0;
  }

  /** Returns where the part begins when {@code count} items are shared by {@code parts}. */
  static int begin(int part, int parts, int count) {
    return (int) ((long) part * count / parts);
  }
}
