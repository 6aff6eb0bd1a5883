package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Bilinear resize of each plane (SPEC section 3). With the two elements of its row's and its
 * column's entry and their fractions {@code f} and {@code g},
 *
 * <pre>out[c, i, j] = (1 - f) * ((1 - g) * in[c, y0, x0] + g * in[c, y0, x1])
 *     + f * ((1 - g) * in[c, y1, x0] + g * in[c, y1, x1])</pre>
 *
 * <p>Nearest neighbours are a {@link Rearrange}.
 *
 * @param rows an entry for each row of the result
 * @param columns an entry for each column of the result
 */
public record Resize(Axis rows, Axis columns) implements Operator {

  /**
   * One direction of a resize: for each index of the result two of the input, and how far the
   * result lies from the first to the second. Immutable; safe for any thread.
   */
  public static final class Axis {
    private final int[] first;
    private final int[] second;
    private final float[] fraction;

    private Axis(int[] first, int[] second, float[] fraction) {
      this.first = first;
      this.second = second;
      this.fraction = fraction;
    }

    /**
     * Returns a direction. An entry that needs one element only (its indices are equal, or its
     * fraction is 0 or 1) is kept as that element twice with the fraction 0.5, so that no neighbour
     * is read that does not count.
     *
     * @param first for each index of the result one of the input
     * @param second for each index of the result another, or the same
     * @param fraction from 0, all of the first, to 1, all of the second
     * @throws IllegalArgumentException if the lengths differ or are 0, an index is below 0 or a
     *     fraction not between 0 and 1
     */
    public static Axis of(int[] first, int[] second, float[] fraction) {
      Checks.requireAtLeast("resized dimension", first.length, 1);
      if (second.length != first.length || fraction.length != first.length) {
        throw new IllegalArgumentException(
            "second and fraction have "
                + second.length
                + " and "
                + fraction.length
                + " entries, wanted first's "
                + first.length);
      }
      int[] from = first.clone();
      int[] to = second.clone();
      float[] share = fraction.clone();
      for (int i = 0; i < from.length; i++) {
        Checks.requireAtLeast("index", Math.min(from[i], to[i]), 0);
        if (!(share[i] >= 0 && share[i] <= 1)) {
          throw new IllegalArgumentException(
              "fraction " + i + " is " + share[i] + ", wanted one from 0 to 1");
        }
        from[i] = share[i] == 1 ? to[i] : from[i];
        to[i] = share[i] == 0 ? from[i] : to[i];
        share[i] = from[i] == to[i] ? 0.5f : share[i];
      }
      return new Axis(from, to, share);
    }

    /**
     * Returns a direction as ONNX's Resize with mode linear has it.
     *
     * @param from size of the input, at least 1
     * @param to size of the result, at least 1
     * @param scale how many times as large the result is meant to be; {@code to / from} unless
     *     {@code to} was rounded
     * @throws IllegalArgumentException if a size is below 1 or the scale not above 0
     */
    public static Axis linear(int from, int to, double scale, Coordinates coordinates) {
      Checks.requireResize(from, to, scale);
      int[] first = new int[to];
      int[] second = new int[to];
      float[] fraction = new float[to];
      for (int i = 0; i < to; i++) {
        double place = Math.clamp(coordinates.place(i, from, to, scale), 0, from - 1);
        first[i] = (int) place;
        second[i] = Math.min(first[i] + 1, from - 1);
        fraction[i] = (float) (place - first[i]);
      }
      return of(first, second, fraction);
    }

    /** Returns a direction in which nothing changes. */
    public static Axis same(int size) {
      int[] indices = new int[Math.max(0, size)];
      Arrays.setAll(indices, i -> i);
      return of(indices, indices, new float[indices.length]);
    }

    /** Returns the size of the result. */
    public int size() {
      return first.length;
    }

    /** Returns the first of the two indices. */
    public int first(int index) {
      return first[index];
    }

    /** Returns the second of the two indices. */
    public int second(int index) {
      return second[index];
    }

    /** Returns how far the result lies from the first to the second. */
    public float fraction(int index) {
      return fraction[index];
    }

    int largest() {
      return Math.max(
          Arrays.stream(first).max().orElseThrow(), Arrays.stream(second).max().orElseThrow());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Axis axis
          && Arrays.equals(first, axis.first)
          && Arrays.equals(second, axis.second)
          && Arrays.equals(fraction, axis.fraction);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * Arrays.hashCode(first) + Arrays.hashCode(second))
          + Arrays.hashCode(fraction);
    }

    @Override
    public String toString() {
      return "to " + size();
    }
  }

  /**
   * Returns a resize of a plane to another size as ONNX's Resize with mode linear has it.
   *
   * @throws IllegalArgumentException if a size is below 1
   */
  public static Resize bilinear(Shape from, int height, int width, Coordinates coordinates) {
    return new Resize(
        Axis.linear(from.height(), height, (double) height / from.height(), coordinates),
        Axis.linear(from.width(), width, (double) width / from.width(), coordinates));
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.only(inputs);
    requireInside("rows", rows, in.height());
    requireInside("columns", columns, in.width());
    return new Shape(in.channels(), rows.size(), columns.size());
  }

  private static void requireInside(String name, Axis axis, int size) {
    if (axis.largest() >= size) {
      throw new IllegalArgumentException(
          name + " reads index " + axis.largest() + ", wanted below the input's " + size);
    }
  }
}
