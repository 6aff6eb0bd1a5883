package dev.shiftwise.backend.cpuvector;

import java.lang.foreign.Arena;

/** Memory of one worker, for what does not outlive a part. */
final class Scratch {
  /** Sums of the largest {@link OutputTile}. */
  final float[] sums = new float[OutputTiles.MOST_SUMS];

  /** Address of the native scratch memory. */
  final long address;

  Scratch(Arena arena, long bytes) {
    this.address = HugePages.allocate(arena, bytes).address();
  }
}
