package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Activation;

/** The part of an activation that a kernel applies in registers. NaN passes through each. */
enum Clamp {
  /** The sum itself. */
  NONE(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY),
  /** At least 0. */
  BELOW_ZERO(0, Float.POSITIVE_INFINITY),
  /** At least 0 and at most 6. */
  BELOW_ZERO_AND_ABOVE_SIX(0, 6);

  private final float low;
  private final float high;

  Clamp(float low, float high) {
    this.low = low;
    this.high = high;
  }

  /** Returns what can be applied in registers; the rest, hard-swish, takes a pass of its own. */
  static Clamp of(Activation activation) {
    return switch (activation) {
      case NONE, HARD_SWISH -> NONE;
      case RELU -> BELOW_ZERO;
      case RELU6 -> BELOW_ZERO_AND_ABOVE_SIX;
    };
  }

  /** Returns the lower limit. */
  float low() {
    return low;
  }

  /** Returns the upper limit. */
  float high() {
    return high;
  }

  /** Returns a sum within the limits; a sum of -0 becomes +0 under a lower limit of 0. */
  float apply(float sum) {
    return sum <= low ? low : sum > high ? high : sum;
  }
}
