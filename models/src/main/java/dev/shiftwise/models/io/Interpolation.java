package dev.shiftwise.models.io;

/**
 * How a picture is resampled: Pillow's filters of the same names, as wide as the scale when
 * shrinking, so that no source pixel is left out (torchvision's {@code antialias}).
 */
public enum Interpolation {
  /** A triangle. */
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },

  /** Keys' cubic with {@code a = -1/2}. */
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
  };

  private static final double A = -0.5;

  private final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /** Returns the distance from which on weights are 0, in source pixels where nothing shrinks. */
  double support() {
    return support;
  }

  /** Returns the weight of a source pixel, before all are brought to a sum of one. */
  abstract double weight(double distance);
}
