package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;

/**
 * The sliding window of a convolution or pooling: its size, how it steps and what surrounds the
 * plane, as in ONNX.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param strideY rows from one output row to the next, at least 1
 * @param strideX columns from one output column to the next, at least 1
 * @param dilationY rows from one tap to the next, at least 1
 * @param dilationX columns from one tap to the next, at least 1
 * @param top padding above, at least 0
 * @param left padding to the left, at least 0
 * @param bottom padding below, at least 0
 * @param right padding to the right, at least 0
 */
public record Kernel2d(
    int height,
    int width,
    int strideY,
    int strideX,
    int dilationY,
    int dilationX,
    int top,
    int left,
    int bottom,
    int right) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public Kernel2d {
    Checks.requireAtLeast("kernel height", height, 1);
    Checks.requireAtLeast("kernel width", width, 1);
    Checks.requireAtLeast("stride", Math.min(strideY, strideX), 1);
    Checks.requireAtLeast("dilation", Math.min(dilationY, dilationX), 1);
    Checks.requireAtLeast("padding", Math.min(Math.min(top, left), Math.min(bottom, right)), 0);
  }

  /** Returns a square kernel with equal stride and padding in all directions. */
  public static Kernel2d square(int size, int stride, int padding) {
    return new Kernel2d(size, size, stride, stride, 1, 1, padding, padding, padding, padding);
  }

  /** Returns a kernel that covers a whole plane once. */
  public static Kernel2d whole(Shape shape) {
    return new Kernel2d(shape.height(), shape.width(), 1, 1, 1, 1, 0, 0, 0, 0);
  }

  /** Returns this kernel with another dilation in both directions. */
  public Kernel2d withDilation(int dilation) {
    return new Kernel2d(
        height, width, strideY, strideX, dilation, dilation, top, left, bottom, right);
  }

  /**
   * Returns a pooling's output shape.
   *
   * @throws IllegalArgumentException if the kernel is larger than the padded plane, or at some
   *     position all its taps lie in the padding
   */
  Shape pooledShape(Shape in, boolean ceil) {
    Shape out = outputShape(in, ceil);
    requireCellsInside("height", in.height(), out.height(), height, strideY, dilationY, top);
    requireCellsInside("width", in.width(), out.width(), width, strideX, dilationX, left);
    return out;
  }

  private void requireCellsInside(
      String name, int size, int positions, int taps, int stride, int dilation, int before) {
    for (int i = 0; i < positions; i++) {
      long start = (long) i * stride - before;
      // The first tap that is not before the plane; a dilated kernel may step over a small plane.
      long tap = Math.max(0, Math.ceilDiv(-start, (long) dilation));
      if (tap >= taps || start + tap * dilation >= size) {
        throw new IllegalArgumentException(
            "padding is "
                + top
                + ","
                + left
                + ","
                + bottom
                + ","
                + right
                + ", wanted less: at position "
                + i
                + " of the "
                + name
                + " the pooling kernel "
                + this
                + " meets no cell");
      }
    }
  }

  /** Returns the number of taps. */
  public int taps() {
    return Math.multiplyExact(height, width);
  }

  /**
   * Returns the output's shape, with as many channels as the input.
   *
   * @param ceil whether a last window that begins inside the padded plane but leaves it counts
   * @throws IllegalArgumentException if the kernel is larger than the padded plane
   */
  Shape outputShape(Shape in, boolean ceil) {
    return new Shape(
        in.channels(),
        positions("height", in.height(), height, strideY, dilationY, top, bottom, ceil),
        positions("width", in.width(), width, strideX, dilationX, left, right, ceil));
  }

  private static int positions(
      String name,
      int size,
      int kernel,
      int stride,
      int dilation,
      int before,
      int after,
      boolean ceil) {
    long padded = (long) size + before + after;
    if (padded > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "padded plane's " + name + " is " + padded + ", wanted below 2^31");
    }
    long reach = (kernel - 1L) * dilation + 1;
    if (reach > padded) {
      throw new IllegalArgumentException(
          "kernel's "
              + name
              + " reaches over "
              + reach
              + ", wanted at most the padded plane's "
              + padded);
    }
    long steps = ceil ? Math.ceilDiv(padded - reach, (long) stride) : (padded - reach) / stride;
    // As in ONNX and PyTorch: a window that would start in the padding behind the plane is left
    // out.
    if (ceil && steps * stride >= (long) size + before) {
      steps--;
    }
    return Math.toIntExact(steps + 1);
  }

  @Override
  public String toString() {
    return height
        + "x"
        + width
        + " stride "
        + strideY
        + "x"
        + strideX
        + " dilation "
        + dilationY
        + "x"
        + dilationX
        + " padding "
        + top
        + ","
        + left
        + ","
        + bottom
        + ","
        + right;
  }
}
