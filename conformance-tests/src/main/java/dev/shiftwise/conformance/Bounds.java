package dev.shiftwise.conformance;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Activation.Clip;
import dev.shiftwise.network.Activation.HardSigmoid;
import dev.shiftwise.network.Activation.HardSwish;
import dev.shiftwise.network.Activation.LeakyRelu;
import dev.shiftwise.network.Activation.Sigmoid;

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
      case Clip(float low, float high) -> Math.min(Math.max(z, low), high);
      case LeakyRelu(float slope) -> z < 0 ? slope * z : z;
      case Sigmoid _ -> 1 / (1 + Math.exp(-z));
      case HardSigmoid(float alpha, float beta) -> Math.min(Math.max(alpha * z + beta, 0), 1);
      case HardSwish _ -> z * Math.min(Math.max(z + 3, 0), 6) / 6;
    };
  }

  /** ACT-01: what an activation makes of the bound of its argument. */
  static double activated(Activation activation, double z, double bound) {
    return switch (activation) {
      case Clip _ -> bound;
      case LeakyRelu(float slope) ->
          Math.max(1, Math.abs(slope)) * bound
              + (z < bound ? 2 * EPS * Math.abs(slope * z) + FLUSHED : 0);
      case Sigmoid _ -> bound / 4 + 16 * EPS * activated(activation, z) + FLUSHED;
      case HardSigmoid(float alpha, float beta) ->
          Math.abs(alpha) * bound + 4 * EPS * (Math.abs(alpha * z) + Math.abs(beta)) + 2 * FLUSHED;
      case HardSwish _ -> 1.5 * bound + (z > -4 ? 8 * EPS * Math.abs(z) : 0) + 4 * FLUSHED;
    };
  }
}
