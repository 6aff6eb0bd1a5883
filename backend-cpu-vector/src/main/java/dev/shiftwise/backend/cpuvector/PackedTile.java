package dev.shiftwise.backend.cpuvector;

/**
 * How the pixels of a tile are packed: input behind input.
 *
 * @param inputs inputs of a group
 * @param pitch bytes from one input's pixels to the next's
 */
record PackedTile(int inputs, int pitch) {

  /** Returns the bytes of a tile. */
  long bytes() {
    return (long) inputs * pitch;
  }

  /** Returns for every input of some groups where it stands in its group's tile. */
  long[] rows(int groups) {
    long[] rows = new long[Math.multiplyExact(groups, inputs)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (long) (i % inputs) * pitch;
    }
    return rows;
  }
}
