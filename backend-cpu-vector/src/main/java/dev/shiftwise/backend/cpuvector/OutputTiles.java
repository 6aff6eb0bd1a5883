package dev.shiftwise.backend.cpuvector;

/** Limits of {@link OutputTile}. */
final class OutputTiles {
  /** Blocks of outputs that share their broadcast pixels. */
  static final int BLOCKS = 4;

  /** Pixels of the widest tile. */
  static final int PIXELS = 4;

  /** Sums of the largest tile. */
  static final int MOST_SUMS = BLOCKS * PIXELS * PackedWeights.MOST;

  private OutputTiles() {}
}
