package dev.shiftwise.network;

/** The error function in double precision, which the JDK does not have. */
final class GaussError {
  private static final double TWO_BY_ROOT_PI = 2 / Math.sqrt(Math.PI);

  /** From here on it is 1 in double precision. */
  private static final double LARGEST = 6;

  private GaussError() {}

  /**
   * {@code 2 / sqrt(pi) * exp(-z * z) * (z + 2 z^3 / 3 + 4 z^5 / 15 + ...)}, a series of terms of
   * one sign, which loses no digits.
   */
  static double of(double z) {
    if (Double.isNaN(z) || Math.abs(z) >= LARGEST) {
      return Double.isNaN(z) ? z : Math.signum(z);
    }
    double term = z;
    double sum = z;
    for (int odd = 3; sum + term != sum; odd += 2) {
      term *= 2 * z * z / odd;
      sum += term;
    }
    return TWO_BY_ROOT_PI * Math.exp(-z * z) * sum;
  }
}
