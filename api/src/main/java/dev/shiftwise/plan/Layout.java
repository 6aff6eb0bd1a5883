package dev.shiftwise.plan;

/**
 * How a backend wants feature maps to stand in its slab.
 *
 * <p>Rows are always dense. Planes are dense too, except around values that are read through a ZERO
 * shift, where a gap of zeros stands between them if {@code guards} is on.
 *
 * @param alignment bytes; every region starts at a multiple of it. A power of two, at least 4
 * @param batch how the images of a batch share the slab
 * @param guards whether kernels read shifted operands flat, at {@code plane + offset}. Then the
 *     plan places guards so that this is right, and the backend fills them after each producer.
 *     Otherwise kernels find the borders by index arithmetic and the plan places none
 */
public record Layout(int alignment, BatchOrder batch, boolean guards) {

  /** How the images of a batch share the slab. */
  public enum BatchOrder {
    /**
     * The slab holds one image; the backend runs the network image by image, or gives each worker a
     * slab of its own. Keeps a chain of layers in the cache.
     */
    IMAGE_BY_IMAGE,
    /** The slab holds the whole batch; each region has its images one behind the other. */
    WHOLE_BATCH
  }

  /**
   * Checks the alignment.
   *
   * @throws IllegalArgumentException if it is not a power of two of at least 4
   */
  public Layout {
    if (alignment < Float.BYTES || Integer.bitCount(alignment) != 1) {
      throw new IllegalArgumentException(
          "alignment is " + alignment + ", wanted a power of two of at least 4");
    }
  }
}
