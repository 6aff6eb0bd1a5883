package dev.shiftwise.models.io;

/**
 * One axis of a resampling: for each output place that is kept, the first source place it reads and
 * the weights from there on, in fixed point.
 */
final class ResamplingFilter {
  /** As Pillow: 32 bits less 8 for a sample and 2 for the sum. */
  static final int WEIGHT_BITS = 22;

  private final int[] first;
  private final int[][] weights;

  /**
   * Computes the weights.
   *
   * @param from source length
   * @param to length of the whole scaled axis
   * @param begin first scaled place that is kept
   * @param count how many are kept
   */
  ResamplingFilter(Interpolation interpolation, int from, long to, long begin, int count) {
    first = new int[count];
    weights = new int[count][];
    double scale = (double) from / to;
    double widening = Math.max(scale, 1); // shrinking widens the filter over all source places
    double support = interpolation.support() * widening;
    for (int i = 0; i < count; i++) {
      double centre = (begin + i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(from, (int) (centre + support + 0.5));
      weights[i] = weights(interpolation, first[i], end, centre, 1 / widening);
    }
  }

  private static int[] weights(
      Interpolation interpolation, int first, int end, double centre, double narrowing) {
    double[] exact = new double[end - first];
    double sum = 0;
    for (int k = 0; k < exact.length; k++) {
      exact[k] = interpolation.weight((k + first - centre + 0.5) * narrowing);
      sum += exact[k];
    }
    int[] fixed = new int[exact.length];
    for (int k = 0; k < fixed.length; k++) {
      double scaled = exact[k] / sum * (1 << WEIGHT_BITS);
      fixed[k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    return fixed;
  }

  /** Returns how many output places there are. */
  int count() {
    return first.length;
  }

  /** Returns the first source place that an output place reads. */
  int first(int output) {
    return first[output];
  }

  /** Returns the source place behind the last one that an output place reads. */
  int end(int output) {
    return first[output] + weights[output].length;
  }

  /** Returns the weights of an output place; they add up to one, that is to 2^22. */
  int[] weights(int output) {
    return weights[output];
  }
}
