package dev.shiftwise.models.io;

/**
 * One axis of a bilinear resampling: for each output place that is kept, the first source place it
 * reads and the weights from there on, in fixed point.
 */
final class TriangleFilter {
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
  TriangleFilter(int from, long to, long begin, int count) {
    first = new int[count];
    weights = new int[count][];
    double scale = (double) from / to;
    double support = Math.max(scale, 1); // shrinking widens the triangle over all source places
    for (int i = 0; i < count; i++) {
      double centre = (begin + i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(from, (int) (centre + support + 0.5));
      weights[i] = weights(first[i], end, centre, support);
    }
  }

  private static int[] weights(int first, int end, double centre, double support) {
    double[] exact = new double[end - first];
    double sum = 0;
    for (int k = 0; k < exact.length; k++) {
      exact[k] = Math.max(0, 1 - Math.abs((k + first - centre + 0.5) / support));
      sum += exact[k];
    }
    int[] fixed = new int[exact.length];
    for (int k = 0; k < fixed.length; k++) {
      fixed[k] = (int) (0.5 + exact[k] / sum * (1 << WEIGHT_BITS));
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
