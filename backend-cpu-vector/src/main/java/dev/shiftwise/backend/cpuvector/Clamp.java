package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Activation;

/**
 * The part of an activation that a kernel applies in registers. NaN passes through.
 *
 * @param low the least result; minus infinity where there is no such limit
 * @param high the largest result; infinity where there is no such limit
 */
record Clamp(float low, float high) {
  /** No limits: the sum itself. */
  static final Clamp NONE = new Clamp(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

  /** Returns what can be applied in registers; the rest takes a pass of its own. */
  static Clamp of(Activation activation) {
    return activation instanceof Activation.Clip(float low, float high)
        ? new Clamp(low, high)
        : NONE;
  }

  boolean hasLow() {
    return low != Float.NEGATIVE_INFINITY;
  }

  boolean hasHigh() {
    return high != Float.POSITIVE_INFINITY;
  }

  /** Returns a sum within the limits; a sum of -0 becomes +0 under a lower limit of 0. */
  float apply(float sum) {
    return sum <= low ? low : sum > high ? high : sum;
  }
}
