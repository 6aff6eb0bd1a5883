package dev.shiftwise.bench;

import java.util.Arrays;

/**
 * What one contender took: the time of a call in each round, in the order of the rounds. Immutable.
 */
public final class Samples {
  private final String name;
  private final double[] nanos;

  /**
   * Copies the times.
   *
   * @param name the contender
   * @param nanos nanoseconds a call, one entry a round
   * @throws IllegalArgumentException if there is no entry
   */
  public Samples(String name, double[] nanos) {
    if (nanos.length == 0) {
      throw new IllegalArgumentException("nanos is empty, wanted at least 1 round");
    }
    this.name = name;
    this.nanos = nanos.clone();
  }

  /** Returns the contender's name. */
  public String name() {
    return name;
  }

  /** Returns a copy of the times, nanoseconds a call. */
  public double[] nanos() {
    return nanos.clone();
  }

  /** Returns the median time of a call, in nanoseconds. */
  public double median() {
    return quantile(nanos, 0.5);
  }

  /** Returns the shortest round's time of a call, in nanoseconds. */
  public double best() {
    return quantile(nanos, 0);
  }

  /** Returns the time that a quarter of the rounds stayed below, in nanoseconds. */
  public double lowerQuartile() {
    return quantile(nanos, 0.25);
  }

  /** Returns the time that a quarter of the rounds went above, in nanoseconds. */
  public double upperQuartile() {
    return quantile(nanos, 0.75);
  }

  /** Returns the distance between the quartiles as a share of the median: 0 is perfectly quiet. */
  public double spread() {
    return (upperQuartile() - lowerQuartile()) / median();
  }

  /**
   * Returns how many times as long as {@code base} this took: the median of the ratios of the two
   * times of each round. Both times of a round were measured side by side, so that a slower clock
   * or a busy neighbour touches both.
   *
   * @param base another contender of the same timing
   * @throws IllegalArgumentException if it has another number of rounds
   */
  public double ratioTo(Samples base) {
    if (base.nanos.length != nanos.length) {
      throw new IllegalArgumentException(
          "base has " + base.nanos.length + " rounds, wanted " + nanos.length);
    }
    double[] ratios = new double[nanos.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = nanos[i] / base.nanos[i];
    }
    return quantile(ratios, 0.5);
  }

  /** Returns a quantile, between the two nearest values in proportion. */
  static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /** Returns the geometric mean of positive values. */
  static double geometricMean(double[] values) {
    return Math.exp(Arrays.stream(values).map(Math::log).average().orElseThrow());
  }
}
