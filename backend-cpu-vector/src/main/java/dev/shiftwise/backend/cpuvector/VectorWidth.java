package dev.shiftwise.backend.cpuvector;

import jdk.incubator.vector.VectorShape;

/**
 * The vectors that kernels are made for, and the tiles that fit the registers.
 *
 * <p>Where there are 32 vector registers the main tile is 8 outputs by 3 vectors, 24 accumulators,
 * and 8 by 2 with a residual: 24 and a residual are too much for C1, which gives the method up
 * ("out of virtual registers") and may leave it in a slow tier for ever. With 16 registers the main
 * tile is 6 by 2: 12 accumulators, two loads and one broadcast. 4 by 3 would need one register
 * more, and one accumulator in memory halves the speed: each of its sums then waits for a store.
 *
 * @param bits 128, 256 or 512
 * @param manyRegisters whether there are 32 vector registers and not 16
 */
record VectorWidth(int bits, boolean manyRegisters) {
  private static final int WIDE = 512;

  /** The least bits of a vector. */
  private static final int NARROW = 128;

  /** The floats of the widest vector. */
  static final int MOST_LANES = WIDE / Float.SIZE;

  /** Returns what suits this machine best. */
  static VectorWidth preferred() {
    return ofBits(Math.min(WIDE, VectorShape.preferredShape().vectorBitSize()));
  }

  /**
   * Returns a width of so many bits, for tests too: wider than the machine's is correct but slow.
   */
  static VectorWidth ofBits(int bits) {
    // AVX-512 and AArch64 have 32 registers, plain AVX and SSE 16.
    boolean many =
        VectorShape.preferredShape().vectorBitSize() >= WIDE
            || System.getProperty("os.arch").equals("aarch64");
    return new VectorWidth(bits, many);
  }

  /** Returns the vectors of the main tile. */
  int tileVectors(boolean residual) {
    return manyRegisters && !residual ? PixelGrid.WIDEST : 2;
  }

  /** Returns the most outputs that go together: a block of packed weights. */
  int blockOutputs() {
    return manyRegisters ? PackedWeights.MOST : 6;
  }

  /** Returns the outputs of a tile of so many vectors. */
  int tileOutputs(int vectors, boolean residual) {
    boolean half = vectors == PixelGrid.WIDEST && (residual || !manyRegisters);
    return half ? blockOutputs() / 2 : blockOutputs();
  }

  /** Returns the pixels of the widest tile whose lanes are outputs. */
  int outputTilePixels() {
    return manyRegisters ? OutputTiles.PIXELS : OutputTiles.PIXELS / 2;
  }

  /**
   * Returns whether a tile's pixels are packed where each channel is read at one place. With few
   * registers a tile has few outputs, so it reads its pixels often.
   */
  boolean isWorthPacking() {
    return !manyRegisters;
  }

  /** Returns the width of vectors for short rows: half of them should not be empty. */
  int bitsFor(int floats) {
    int fitting = bits;
    while (fitting > NARROW && floats <= fitting / 2 / Float.SIZE) {
      fitting /= 2;
    }
    return fitting;
  }

  /** Returns the floats of a vector. */
  int lanes() {
    return bits / Float.SIZE;
  }

  /** Returns the width of vectors over outputs, which hold at most a block. */
  int outputBits() {
    return Math.min(bits, PackedWeights.MOST * Float.SIZE);
  }
}
