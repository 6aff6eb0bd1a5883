package dev.shiftwise.models.onnx;

import dev.shiftwise.tensor.Shape;
import java.util.Arrays;

/** Arithmetic of ONNX dimensions. */
final class Dims {
  /** The most elements that any value may have. */
  static final long MOST_ELEMENTS = 1L << 27;

  private Dims() {}

  /**
   * Returns the number of elements.
   *
   * @throws Refusal if there are more than any value may have
   */
  static int elements(int... dims) throws Refusal {
    long elements = elements(dims, 0, dims.length);
    if (elements > MOST_ELEMENTS) {
      throw new Refusal(
          "a value of dimensions " + text(dims) + " has more than 2^27 elements an image");
    }
    return (int) elements;
  }

  /** Returns the product of some dimensions, or 2^32 - 2 if it is more. */
  static long elements(int[] dims, int from, int to) {
    long elements = 1;
    for (int i = from; i < to; i++) {
      elements = Math.min(elements * dims[i], Integer.MAX_VALUE * 2L);
    }
    return elements;
  }

  /**
   * Returns an axis counted from the front.
   *
   * @throws Refusal if there is no such axis
   */
  static int axis(long axis, int rank) throws Refusal {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw new Refusal("axis is " + axis + ", wanted " + -rank + " to " + (rank - 1));
    }
    return (int) counted;
  }

  /**
   * Returns the axes marked, counted from the front.
   *
   * @throws Refusal if one does not exist or occurs twice
   */
  static boolean[] marked(long[] axes, int rank) throws Refusal {
    boolean[] marked = new boolean[rank];
    for (long axis : axes) {
      int at = axis(axis, rank);
      if (marked[at]) {
        throw new Refusal("axes are " + Arrays.toString(axes) + ", wanted each once");
      }
      marked[at] = true;
    }
    return marked;
  }

  /**
   * Returns the dimensions that two values have together, aligned at the last.
   *
   * @throws Refusal if two sizes differ and neither is 1
   */
  static int[] broadcast(int[] a, int[] b) throws Refusal {
    int rank = Math.max(a.length, b.length);
    int[] left = padded(a, rank);
    int[] right = padded(b, rank);
    int[] both = new int[rank];
    for (int i = 0; i < rank; i++) {
      if (left[i] != right[i] && left[i] != 1 && right[i] != 1) {
        throw new Refusal("dimensions " + text(a) + " and " + text(b) + " do not fit together");
      }
      both[i] = left[i] == 1 ? right[i] : left[i];
    }
    return both;
  }

  /** Returns the dimensions with ones in front. */
  static int[] padded(int[] dims, int rank) {
    int[] padded = new int[rank];
    Arrays.fill(padded, 1);
    System.arraycopy(dims, 0, padded, rank - dims.length, dims.length);
    return padded;
  }

  /** Returns for each dimension the elements from one index to the next. */
  static int[] strides(int[] dims) {
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dims[i];
    }
    return strides;
  }

  /**
   * Returns the shape in which a value of these dimensions is kept if nothing asks for another: of
   * four, all but the first; the first of several is counted to the channels.
   */
  static Shape shape(int... dims) {
    int rank = dims.length;
    if (rank == 0) {
      return new Shape(1, 1, 1);
    }
    if (rank == 1) {
      return new Shape(dims[0], 1, 1);
    }
    if (rank == 2) {
      return new Shape(dims[0] * dims[1], 1, 1);
    }
    int width = dims[rank - 1];
    int height = rank == 3 ? 1 : dims[rank - 2];
    int channels = (int) elements(dims, 0, rank == 3 ? 2 : rank - 2);
    return new Shape(channels, height, width);
  }

  /** Returns the dimensions for a message. */
  static String text(int... dims) {
    return Arrays.toString(dims);
  }
}
