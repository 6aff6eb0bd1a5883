package dev.shiftwise.conformance;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Activation.Clip;
import dev.shiftwise.network.Activation.ErrorFunction;
import dev.shiftwise.network.Activation.Gelu;
import dev.shiftwise.network.Activation.HardSigmoid;
import dev.shiftwise.network.Activation.HardSwish;
import dev.shiftwise.network.Activation.LeakyRelu;
import dev.shiftwise.network.Activation.Logarithm;
import dev.shiftwise.network.Activation.Sigmoid;
import dev.shiftwise.network.Activation.SquareRoot;

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
      case SquareRoot _ -> Math.sqrt(z);
      case Logarithm _ -> Math.log(z);
      case ErrorFunction _ -> erf(z);
      case Gelu _ -> z * (1 + erf(z / Math.sqrt(2))) / 2;
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
      case SquareRoot _ ->
          8 * EPS * activated(activation, z)
              + (z > 2 * bound ? bound / Math.sqrt(z) : Math.sqrt(3 * bound))
              + Math.sqrt(FLUSHED);
      case Logarithm _ ->
          z > 2 * bound && z >= FLUSHED
              ? 2 * bound / z + 8 * EPS * Math.abs(Math.log(z)) + FLUSHED
              : Double.POSITIVE_INFINITY;
      case ErrorFunction _ -> 1.2 * bound + 16 * EPS * Math.abs(erf(z)) + FLUSHED;
      case Gelu _ -> 1.2 * bound + (z > -6 ? 16 * EPS * Math.abs(z) : EPS) + FLUSHED;
    };
  }

  /** ACT-09: the error function by its integral, with Simpson's rule. */
  private static double erf(double z) {
    if (!(Math.abs(z) < 6)) {
      return Double.isNaN(z) ? z : Math.signum(z);
    }
    int steps = 400;
    double sum = 1 + Math.exp(-z * z);
    for (int i = 1; i < steps; i++) {
      double t = z * i / steps;
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t);
    }
    return 2 / Math.sqrt(Math.PI) * sum * z / (3 * steps);
  }
}
