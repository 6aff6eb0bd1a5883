package dev.shiftwise.network;

/**
 * The function applied to an operator's result just before it is stored (SPEC section 3). NaN stays
 * NaN through each.
 */
public enum Activation {
  /** The value itself. */
  NONE,
  /** {@code max(z, 0)}. */
  RELU,
  /** {@code min(max(z, 0), 6)}. */
  RELU6,
  /** {@code z * min(max(z + 3, 0), 6) / 6}. */
  HARD_SWISH;

  /** Returns the function's value, computed in double precision: the definition. */
  public double apply(double z) {
    return switch (this) {
      case NONE -> z;
      case RELU -> Math.max(z, 0);
      case RELU6 -> Math.min(Math.max(z, 0), 6);
      case HARD_SWISH -> z * Math.min(Math.max(z + 3, 0), 6) / 6;
    };
  }
}
