package dev.shiftwise.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A weight: a float32 array with named-by-position dimensions over a memory segment.
 *
 * <p>A tensor is a view. It owns nothing: whoever made the segment (an array, an arena, a mapped
 * file) keeps it alive until the network that uses the tensor has been compiled. Compiling packs
 * the values; after that the segment may be closed.
 *
 * <p>Elements are little-endian, row-major, at any alignment (weight files rarely align their
 * data). Threads: as safe as the segment; tensors are read only.
 *
 * @param data the elements; its size is exactly the number of elements times four
 * @param dimensions sizes from the slowest to the fastest dimension; empty for a scalar
 */
public record Tensor(MemorySegment data, List<Long> dimensions) {

  /** How an element is stored. */
  public static final ValueLayout.OfFloat ELEMENT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a dimension is negative, their product overflows, or the
   *     segment's size is not exactly the elements' size
   */
  public Tensor {
    dimensions = List.copyOf(dimensions);
    long elements = 1;
    for (long dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "dimensions are " + dimensions + ", wanted none below 0");
      }
      if (Math.multiplyHigh(elements, dimension) != 0 || elements * dimension < 0) {
        throw new IllegalArgumentException("dimensions " + dimensions + " overflow a long");
      }
      elements *= dimension;
    }
    if (elements > Long.MAX_VALUE / Float.BYTES || data.byteSize() != elements * Float.BYTES) {
      throw new IllegalArgumentException(
          "data has "
              + data.byteSize()
              + " bytes, wanted 4 x the product of dimensions "
              + dimensions);
    }
  }

  /**
   * Returns a tensor over a heap array; later changes of the array show through.
   *
   * @throws IllegalArgumentException if the product of the dimensions is not the array's length
   */
  public static Tensor of(float[] data, long... dimensions) {
    return new Tensor(MemorySegment.ofArray(data), Arrays.stream(dimensions).boxed().toList());
  }

  /** Returns the number of elements. */
  public long elements() {
    return data.byteSize() / Float.BYTES;
  }

  /**
   * Returns an element by its row-major index.
   *
   * @throws IndexOutOfBoundsException if the index is outside the tensor
   * @throws IllegalStateException if the segment has been closed
   */
  public float get(long index) {
    return data.get(ELEMENT, Math.multiplyExact(index, (long) Float.BYTES));
  }

  /**
   * Copies all elements to a new array.
   *
   * @throws IllegalStateException if there are more than an array can hold, or the segment has been
   *     closed
   */
  public float[] toArray() {
    return data.toArray(ELEMENT);
  }

  /** Returns the dimensions as {@code [64, 16]}; the values are not printed. */
  @Override
  public String toString() {
    return "Tensor" + dimensions;
  }
}
