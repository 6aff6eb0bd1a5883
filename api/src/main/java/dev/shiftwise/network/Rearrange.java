package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A separable gather, bit for bit: the one operator for whatever puts elements elsewhere and
 * computes nothing (SPEC section 3).
 *
 * <p>The result's ring is counted through by the axes, the last one fastest. Each axis is a table
 * of offsets; the element is the operand's ring at the sum of the entries. Where one of the entries
 * is {@link Axis#OUTSIDE} stands {@code fill}.
 *
 * <p>{@link Rearrangements} makes the usual ones: transpose, slice, pad, gather, expand, nearest
 * resize, reshape. With one axis of as many entries as the result has elements it is any move at
 * all.
 *
 * @param result shape of the result
 * @param axes at least one; the product of their sizes is the number of elements of the result
 * @param fill what stands where there is no element; its bits are kept
 */
public record Rearrange(Shape result, List<Axis> axes, float fill) implements Operator {

  /** A table of offsets, one for each step along an axis. Immutable; safe for any thread. */
  public static final class Axis {
    /** The offset of what has no element in the operand. */
    public static final int OUTSIDE = -1;

    private final int[] offsets;
    private final int largest;

    private Axis(int[] offsets) {
      this.offsets = offsets;
      this.largest = Arrays.stream(offsets).max().orElse(OUTSIDE);
    }

    /**
     * Returns an axis.
     *
     * @param offsets elements of the operand's ring, each at least 0 or {@link #OUTSIDE}
     * @throws IllegalArgumentException if there are none or one is below {@link #OUTSIDE}
     */
    public static Axis of(int... offsets) {
      Checks.requireAtLeast("axis", offsets.length, 1);
      for (int offset : offsets) {
        Checks.requireAtLeast("offset", offset, OUTSIDE);
      }
      return new Axis(offsets.clone());
    }

    /**
     * Returns an axis of equal steps: {@code start, start + step, start + 2 * step, ...}
     *
     * @throws IllegalArgumentException if the size is below 1 or an offset is no int of at least 0
     */
    public static Axis steps(int start, int step, int size) {
      Checks.requireAtLeast("axis", size, 1);
      long last = start + (size - 1L) * step;
      if (Math.min(start, last) < 0 || last > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "offsets go from " + start + " to " + last + ", wanted from 0 to below 2^31");
      }
      int[] offsets = new int[size];
      Arrays.setAll(offsets, i -> start + i * step);
      return new Axis(offsets);
    }

    /** Returns the number of entries. */
    public int size() {
      return offsets.length;
    }

    /** Returns an entry, {@link #OUTSIDE} or at least 0. */
    public int offset(int index) {
      return offsets[index];
    }

    /** Returns all entries, in an array of the caller's. */
    public int[] offsets() {
      return offsets.clone();
    }

    /** Returns the largest entry; {@link #OUTSIDE} if there is no other. */
    public int largest() {
      return largest;
    }

    /**
     * Returns one axis that counts through both.
     *
     * @param inner the faster one
     * @throws IllegalArgumentException if their entries or offsets are too many for an int
     */
    public Axis with(Axis inner) {
      long entries = (long) size() * inner.size();
      if (entries > Integer.MAX_VALUE || (long) largest + inner.largest > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "axis has " + entries + " entries up to " + largest + ", wanted below 2^31");
      }
      int[] both = new int[(int) entries];
      for (int i = 0; i < both.length; i++) {
        int a = offsets[i / inner.size()];
        int b = inner.offsets[i % inner.size()];
        both[i] = a == OUTSIDE || b == OUTSIDE ? OUTSIDE : a + b;
      }
      return new Axis(both);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Axis axis && Arrays.equals(offsets, axis.offsets);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(offsets);
    }

    @Override
    public String toString() {
      return offsets.length + " from " + offsets[0];
    }
  }

  /**
   * Checks that the axes count through the result.
   *
   * @throws IllegalArgumentException if they do not
   */
  public Rearrange {
    axes = List.copyOf(axes);
    long elements = 1;
    for (Axis axis : axes) {
      // Beyond the result's it need not be exact, and must not wrap around.
      elements =
          Math.multiplyHigh(elements, axis.size()) != 0 ? Long.MAX_VALUE : elements * axis.size();
    }
    if (axes.isEmpty() || elements != result.elements()) {
      throw new IllegalArgumentException(
          "axes "
              + axes
              + " have "
              + elements
              + " elements, wanted the result's "
              + result.elements());
    }
  }

  /**
   * Returns the same elements in the same order seen as another shape.
   *
   * @throws IllegalArgumentException if it has another number of elements
   */
  public Rearrange into(Shape shape) {
    return new Rearrange(shape, axes, fill);
  }

  /**
   * Returns the same operator with at most so many axes, for kernels that know only a few: the
   * neighbours with the fewest entries become one.
   *
   * @param most at least 1
   * @throws IllegalArgumentException if a table would be too long for an int
   */
  public Rearrange withAxes(int most) {
    Checks.requireAtLeast("most", most, 1);
    ArrayList<Axis> left = new ArrayList<>(axes);
    while (left.size() > most) {
      int best = 0;
      for (int i = 1; i + 1 < left.size(); i++) {
        if (entries(left, i) < entries(left, best)) {
          best = i;
        }
      }
      Axis inner = left.remove(best + 1);
      left.set(best, left.get(best).with(inner));
    }
    return new Rearrange(result, left, fill);
  }

  private static long entries(List<Axis> axes, int outer) {
    return (long) axes.get(outer).size() * axes.get(outer + 1).size();
  }

  /** Returns the element of the operand's ring that an element of the result's is, or -1. */
  public long source(long index) {
    long left = index;
    long sum = 0;
    for (Axis axis : axes.reversed()) {
      int offset = axis.offset((int) (left % axis.size()));
      if (offset == Axis.OUTSIDE) {
        return Axis.OUTSIDE;
      }
      sum += offset;
      left /= axis.size();
    }
    return sum;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.only(inputs);
    boolean reads = axes.stream().noneMatch(axis -> axis.largest() == Axis.OUTSIDE);
    long largest = axes.stream().mapToLong(Axis::largest).sum();
    if (reads && largest >= in.elements()) {
      throw new IllegalArgumentException(
          "axes read element " + largest + ", wanted below the input's " + in.elements());
    }
    return result;
  }
}
