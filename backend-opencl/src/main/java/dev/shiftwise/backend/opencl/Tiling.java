package dev.shiftwise.backend.opencl;

import java.util.Set;

/**
 * How a convolution's sums are cut into work: what one work-item holds in registers, and how many
 * items stand side by side.
 *
 * @param vector pixels of a vector: 1, 2, 4, 8 or 16
 * @param vectors vectors of an item, 1 to 4
 * @param outputs output channels of an item
 * @param lanes items of a work-group, side by side along the plane
 */
record Tiling(int vector, int vectors, int outputs, int lanes) {
  private static final Set<Integer> VECTORS_OF_OPENCL = Set.of(1, 2, 4, 8, 16);
  private static final int MOST_VECTORS = 4;
  private static final int MOST = 1024;
  private static final int NARROW = 4;

  Tiling {
    if (!VECTORS_OF_OPENCL.contains(vector)
        || vectors < 1
        || vectors > MOST_VECTORS
        || outputs < 1
        || outputs > MOST
        || lanes < 1
        || lanes > MOST) {
      throw new IllegalArgumentException(
          "tiling is " + vector + "x" + vectors + "x" + outputs + "x" + lanes);
    }
  }

  /** Returns the pixels that a work-group computes at a time. */
  int pixels() {
    return vector * vectors * lanes;
  }

  /**
   * Returns this tiling with vectors that fit into a plane. Few widths, so that few kernels are
   * compiled for planes that matter little.
   */
  Tiling within(int plane) {
    int narrow = plane >= vector ? vector : Math.min(plane >= NARROW ? NARROW : 1, vector);
    return new Tiling(narrow, vectors, outputs, lanes);
  }

  /** Returns a source that is specialised for it. */
  KernelSource constants(KernelSource source) {
    return source
        .with("VECTOR", vector)
        .with("VECTORS", vectors)
        .with("OUTPUTS", outputs)
        .with("LANES", lanes);
  }

  /** Prints it as {@link #parse} reads it, for example {@code 16x3x8x1}. */
  @Override
  public String toString() {
    return vector + "x" + vectors + "x" + outputs + "x" + lanes;
  }

  /**
   * Reads what {@link #toString} prints.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static Tiling parse(String text) {
    String[] parts = text.split("x", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("tiling is '" + text + "'");
    }
    return new Tiling(
        Integer.parseInt(parts[0]),
        Integer.parseInt(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]));
  }
}
