package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;

/**
 * A sliding window as kernels are specialised for it.
 *
 * @param kernel the window, with steps of 1 where it has one position only
 */
record Sliding(Kernel2d kernel) {

  static Sliding of(Kernel2d kernel, Shape out) {
    // One output steps nowhere, however large its stride.
    return new Sliding(
        new Kernel2d(
            kernel.height(),
            kernel.width(),
            out.height() == 1 ? 1 : kernel.strideY(),
            out.width() == 1 ? 1 : kernel.strideX(),
            kernel.dilationY(),
            kernel.dilationX(),
            kernel.top(),
            kernel.left(),
            kernel.bottom(),
            kernel.right()));
  }

  /** Returns the input rows that so many output rows see, padding included. */
  long rows(int outRows) {
    return (outRows - 1L) * kernel.strideY() + (kernel.height() - 1L) * kernel.dilationY() + 1;
  }

  /** Returns the input columns that so many output columns see when they are read in vectors. */
  long columns(long outColumns) {
    return outColumns * kernel.strideX() + (kernel.width() - 1L) * kernel.dilationX();
  }

  KernelSource constants(KernelSource source) {
    return source
        .with("KERNEL_HEIGHT", kernel.height())
        .with("KERNEL_WIDTH", kernel.width())
        .with("STRIDE_Y", kernel.strideY())
        .with("STRIDE_X", kernel.strideX())
        .with("DILATION_Y", kernel.dilationY())
        .with("DILATION_X", kernel.dilationX())
        .with("TOP", kernel.top())
        .with("LEFT", kernel.left());
  }
}
