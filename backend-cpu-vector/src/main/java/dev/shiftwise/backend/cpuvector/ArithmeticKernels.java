package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Arithmetic;

/**
 * Vector loops over stretches of native memory that join two operands. Addresses are absolute,
 * counts are elements.
 */
interface ArithmeticKernels {

  /** As the steps of an operand: it is read from its first to its last element. */
  long ALONG = -1;

  /**
   * As the steps of an operand: its first vector stands for every other one, so that one element,
   * repeated {@link VectorWidth#MOST_LANES} times, stands for a stretch of any length.
   */
  long STAY = 0;

  /**
   * {@code out = clamp(function(a, b))}; {@code out} is another place than both.
   *
   * @param function one of those that {@link Kernels#arithmetic} gives these kernels for
   * @param stepsOfA {@link #ALONG} or {@link #STAY}: what of an index is added to {@code a}
   * @param stepsOfB likewise for {@code b}
   */
  void arithmetic(
      Arithmetic.Function function,
      long a,
      long stepsOfA,
      long b,
      long stepsOfB,
      long out,
      long count,
      Clamp clamp);
}
