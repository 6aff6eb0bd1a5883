package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Arithmetic;

/**
 * Vector loops over stretches of native memory that compare and choose. Addresses are absolute,
 * counts are elements.
 */
interface ComparisonKernels {

  /**
   * As {@link PlaneKernels#arithmetic}.
   *
   * @param function a comparison or a mask
   */
  void compare(
      Arithmetic.Function function,
      long a,
      long stepsOfA,
      long b,
      long stepsOfB,
      long out,
      long count,
      Clamp clamp);
}
