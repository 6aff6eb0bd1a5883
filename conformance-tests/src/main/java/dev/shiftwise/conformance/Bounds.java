package dev.shiftwise.conformance;

import dev.shiftwise.network.Activation;

/** The float32 error bounds of SPEC section 3. */
final class Bounds {
  /** Half a unit in the last place of float32: 2^-24. */
  static final double EPS = 0x1p-24;

  /** What flushing a denormal loses: 2^-126. */
  static final double FLUSHED = 0x1p-126;

  /** Sums of integers below this are exact in any order. */
  static final double WHOLE = 0x1p24;

  private Bounds() {}

  /**
   * POINTWISE-10: the bound of a sum of {@code n} products, a bias and a residual.
   *
   * @param magnitude {@code sum|w*x| + |bias| + |residual|}
   */
  static double ofSum(int n, double magnitude) {
    return 2 * (n + 2.0) * EPS * magnitude + (n + 2.0) * FLUSHED;
  }

  /** ACT-01: the functions. NaN stays NaN. */
  static double activated(Activation activation, double z) {
    return switch (activation) {
      case NONE -> z;
      case RELU -> Math.max(z, 0);
      case RELU6 -> Math.min(Math.max(z, 0), 6);
      case HARD_SWISH -> z * Math.min(Math.max(z + 3, 0), 6) / 6;
    };
  }

  /** ACT-01: what an activation makes of the bound of its argument. */
  static double activated(Activation activation, double z, double bound) {
    return switch (activation) {
      case NONE, RELU, RELU6 -> bound;
      case HARD_SWISH -> 1.5 * bound + (z > -4 ? 8 * EPS * Math.abs(z) : 0) + 4 * FLUSHED;
    };
  }
}
