package dev.shiftwise.conformance;

import dev.shiftwise.network.Activation;
import dev.shiftwise.tensor.Shape;

/**
 * Builds an image of sums, element by element in ring order, with the bound of each: the bound of
 * its own float32 arithmetic, and what the bounds of its operands make of it.
 */
final class Sums {
  private final Shape shape;
  private final Activation activation;
  private final boolean whole;
  private final double[] values;
  private final double[] bounds;
  private int at;
  private double sum;
  private double magnitude;
  private double inherited;

  /**
   * Starts an image.
   *
   * @param whole whether all terms are products of integers, so that small sums are exact
   */
  Sums(Shape shape, Activation activation, boolean whole) {
    this.shape = shape;
    this.activation = activation;
    this.whole = whole;
    this.values = new double[Math.toIntExact(shape.elements())];
    this.bounds = new double[values.length];
  }

  void start() {
    sum = 0;
    magnitude = 0;
    inherited = 0;
  }

  void add(double weight, double value, double bound) {
    sum += weight * value;
    magnitude += Math.abs(weight * value);
    inherited += Math.abs(weight) * bound;
  }

  /**
   * Ends an element that is the sum of {@code n} products and up to two more terms; of one value
   * alone, which is no arithmetic, if {@code n} is 0.
   */
  void end(int n) {
    double own = n == 0 ? Bounds.FLUSHED : Bounds.ofSum(n, magnitude + inherited);
    double bound = whole && magnitude < Bounds.WHOLE ? 0 : own + inherited;
    values[at] = Bounds.activated(activation, sum);
    bounds[at] = Bounds.activated(activation, sum, bound);
    at++;
  }

  RealImage image() {
    if (at != values.length) {
      throw new IllegalStateException(at + " elements of " + values.length + " were made");
    }
    return new RealImage(shape, values, bounds, null);
  }
}
