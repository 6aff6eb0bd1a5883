package dev.shiftwise.conformance;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One image as the reference evaluator computes it: dense, in ring order, in double precision.
 *
 * <p>Every element comes with how far a backend may be from it: 0 where the result must be exact
 * (moves, maxima and sums of small integers). What was only moved since it entered the network also
 * keeps its float32 bits, so that NaN payloads and the sign of zero can be compared. Immutable to
 * everybody outside the evaluator; safe for any thread.
 */
public final class RealImage {
  private final Shape shape;
  private final double[] values;
  private final double[] bounds;
  private final int @Nullable [] bits;

  RealImage(Shape shape, double[] values, double[] bounds, int @Nullable [] bits) {
    this.shape = shape;
    this.values = values;
    this.bounds = bounds;
    this.bits = bits;
  }

  /**
   * Returns one image of a caller's data.
   *
   * @param bits the raw bits of float32 elements, dense
   * @param from the first element of the image
   * @param shape shape of the image
   */
  static RealImage of(int[] bits, int from, Shape shape) {
    int elements = Math.toIntExact(shape.elements());
    double[] values = new double[elements];
    int[] own = new int[elements];
    for (int i = 0; i < elements; i++) {
      own[i] = bits[from + i];
      values[i] = Float.intBitsToFloat(own[i]);
    }
    return new RealImage(shape, values, new double[elements], own);
  }

  /** Returns the images of a batch, dense and one behind the other. */
  static List<RealImage> batch(int[] bits, int batch, Shape shape) {
    List<RealImage> images = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      images.add(of(bits, Math.toIntExact(i * shape.elements()), shape));
    }
    return images;
  }

  /** Returns the shape. */
  public Shape shape() {
    return shape;
  }

  /** Returns the value of an element. */
  public double value(int index) {
    return values[index];
  }

  /** Returns how far from the value a backend may be; 0 if it must be exact. */
  public double bound(int index) {
    return bounds[index];
  }

  /** Returns whether every element was only moved, so that its float32 bits are known. */
  public boolean isMoved() {
    return bits != null;
  }

  /** Returns an element as float32: the bits that were moved, or the value rounded. */
  public int bits(int index) {
    return bits != null ? bits[index] : Float.floatToRawIntBits((float) values[index]);
  }

  /** Returns the index of an element, {@code c * P + y * W + x}. */
  int index(int channel, int y, int x) {
    return (channel * shape.height() + y) * shape.width() + x;
  }

  double value(int channel, int y, int x) {
    return values[index(channel, y, x)];
  }

  double bound(int channel, int y, int x) {
    return bounds[index(channel, y, x)];
  }

  /** Returns whether every value is an integer and known exactly. */
  boolean isWhole() {
    for (int i = 0; i < values.length; i++) {
      if (bounds[i] != 0 || values[i] != Math.rint(values[i]) || Double.isInfinite(values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Says for every element of a result which element of the input it is; below 0 for +0. */
  @FunctionalInterface
  interface From {
    long index(int channel, int y, int x);
  }

  /** Returns the elements in another order: what every move is. */
  RealImage moved(Shape to, From from) {
    int elements = Math.toIntExact(to.elements());
    double[] movedValues = new double[elements];
    double[] movedBounds = new double[elements];
    int[] movedBits = bits == null ? null : new int[elements];
    int i = 0;
    for (int c = 0; c < to.channels(); c++) {
      for (int y = 0; y < to.height(); y++) {
        for (int x = 0; x < to.width(); x++, i++) {
          int source = (int) from.index(c, y, x);
          if (source >= 0) {
            movedValues[i] = values[source];
            movedBounds[i] = bounds[source];
            if (movedBits != null && bits != null) {
              movedBits[i] = bits[source];
            }
          }
        }
      }
    }
    return new RealImage(to, movedValues, movedBounds, movedBits);
  }

  /**
   * Returns elements of the ring in any order.
   *
   * @param sources for each element of the result its index; below 0 for the fill
   */
  RealImage gathered(Shape to, long[] sources, float fill) {
    double[] movedValues = new double[sources.length];
    double[] movedBounds = new double[sources.length];
    int[] movedBits = bits == null ? null : new int[sources.length];
    for (int i = 0; i < sources.length; i++) {
      int source = (int) sources[i];
      movedValues[i] = source < 0 ? fill : values[source];
      movedBounds[i] = source < 0 ? 0 : bounds[source];
      if (movedBits != null && bits != null) {
        movedBits[i] = source < 0 ? Float.floatToRawIntBits(fill) : bits[source];
      }
    }
    return new RealImage(to, movedValues, movedBounds, movedBits);
  }

  /** Returns images one behind the other along the channels. */
  static RealImage joined(Shape to, List<RealImage> parts) {
    double[] values = new double[Math.toIntExact(to.elements())];
    double[] bounds = new double[values.length];
    int[] bits = parts.stream().allMatch(RealImage::isMoved) ? new int[values.length] : null;
    int at = 0;
    for (RealImage part : parts) {
      System.arraycopy(part.values, 0, values, at, part.values.length);
      System.arraycopy(part.bounds, 0, bounds, at, part.values.length);
      if (bits != null && part.bits != null) {
        System.arraycopy(part.bits, 0, bits, at, part.values.length);
      }
      at += part.values.length;
    }
    return new RealImage(to, values, bounds, bits);
  }
}
