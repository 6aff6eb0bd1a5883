package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;
import java.util.Set;

/**
 * A sliding window as kernels are specialised for it.
 *
 * @param kernel the window, with steps of 1 where it has one position only
 */
record Sliding(Kernel2d kernel) {
  /** Sides of the square windows whose size is compiled in. */
  private static final Set<Integer> USUAL = Set.of(2, 3);

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

  /**
   * Specialises a kernel for what its innermost loops depend on: a usual window's size, and steps
   * of one or two columns. The rest are arguments, since compiling takes long.
   */
  KernelSource constants(KernelSource source) {
    boolean usual = kernel.height() == kernel.width() && USUAL.contains(kernel.width());
    return source
        .with("KERNEL_HEIGHT", usual ? kernel.height() : "kernel_height")
        .with("KERNEL_WIDTH", usual ? kernel.width() : "kernel_width")
        .with("STRIDE_X", kernel.strideX() <= 2 ? kernel.strideX() : "stride_x");
  }

  /** {@code WINDOW}: all of it. */
  LaunchBuilder arguments(LaunchBuilder launch) {
    return launch
        .value(kernel.height())
        .value(kernel.width())
        .value(kernel.strideY())
        .value(kernel.strideX())
        .value(kernel.dilationY())
        .value(kernel.dilationX())
        .value(kernel.top())
        .value(kernel.left());
  }
}
