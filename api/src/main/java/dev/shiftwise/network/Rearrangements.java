package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The usual {@link Rearrange}ments of an image seen with any dimensions, in row-major order as in
 * ONNX and NumPy.
 *
 * <p>A result's first dimension is its channels, its second the rows, and all others together the
 * columns; missing ones are 1. {@link Rearrange#into} sees the result as another shape. Every
 * method throws {@link IllegalArgumentException} if its lists do not fit the dimensions.
 */
public final class Rearrangements {
  private Rearrangements() {}

  /** What stands around a padded image. */
  public enum PadMode {
    /** One value. */
    CONSTANT,
    /** The nearest element. */
    EDGE,
    /** The image mirrored in its outermost element, which is not repeated. */
    REFLECT,
    /** The image again. */
    WRAP
  }

  /** Which neighbour is the nearest, as ONNX's nearest mode has it. */
  public enum Nearest {
    /** The nearer one; the lower one of two at the same distance. */
    ROUND_PREFER_FLOOR,
    /** The nearer one; the upper one of two at the same distance. */
    ROUND_PREFER_CEIL,
    /** The lower one. */
    FLOOR,
    /** The upper one. */
    CEIL;

    private double round(double place) {
      return switch (this) {
        case ROUND_PREFER_FLOOR -> Math.ceil(place - 0.5);
        case ROUND_PREFER_CEIL -> Math.floor(place + 0.5);
        case FLOOR -> Math.floor(place);
        case CEIL -> Math.ceil(place);
      };
    }
  }

  /** Returns the move that moves nothing: the same ring seen as another shape. */
  public static Rearrange reshape(Shape to) {
    return pick(
            List.of(to.channels(), to.height(), to.width()),
            all(to.channels()),
            all(to.height()),
            all(to.width()))
        .into(to);
  }

  /**
   * Returns the dimensions in another order.
   *
   * @param order for each dimension of the result which dimension of the image it is
   */
  public static Rearrange transpose(List<Integer> dimensions, int... order) {
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, all(dimensions.size()))) {
      throw new IllegalArgumentException(
          "order is " + Arrays.toString(order) + ", wanted 0 to " + (dimensions.size() - 1));
    }
    int[] pitches = pitches(dimensions);
    List<Rearrange.Axis> axes = new ArrayList<>();
    for (int dimension : order) {
      axes.add(Rearrange.Axis.steps(0, pitches[dimension], dimensions.get(dimension)));
    }
    return of(axes, 0f);
  }

  /**
   * Returns a slice.
   *
   * @param starts for each dimension the first index
   * @param steps for each dimension from one index to the next, not 0; below 0 it runs backwards
   * @param sizes for each dimension of the result its size
   */
  public static Rearrange slice(
      List<Integer> dimensions, List<Integer> starts, List<Integer> steps, List<Integer> sizes) {
    requireLength("starts", starts.size(), dimensions);
    requireLength("steps", steps.size(), dimensions);
    requireLength("sizes", sizes.size(), dimensions);
    int[][] picked = new int[dimensions.size()][];
    for (int d = 0; d < picked.length; d++) {
      Checks.requireAtLeast("size", sizes.get(d), 1);
      int start = starts.get(d);
      long step = steps.get(d);
      long last = start + (sizes.get(d) - 1) * step;
      requireIndex(start, dimensions.get(d));
      requireIndex(last, dimensions.get(d));
      picked[d] = new int[sizes.get(d)];
      Arrays.setAll(picked[d], i -> (int) (start + i * step));
    }
    return pick(dimensions, picked);
  }

  /**
   * Returns a padded image.
   *
   * @param before for each dimension the elements in front; below 0 so many are cut off
   * @param after for each dimension the elements behind; below 0 so many are cut off
   * @param value what stands there with {@link PadMode#CONSTANT}; unused otherwise
   */
  public static Rearrange pad(
      List<Integer> dimensions,
      List<Integer> before,
      List<Integer> after,
      PadMode mode,
      float value) {
    requireLength("before", before.size(), dimensions);
    requireLength("after", after.size(), dimensions);
    int[][] picked = new int[dimensions.size()][];
    for (int d = 0; d < picked.length; d++) {
      int size = dimensions.get(d);
      int front = before.get(d);
      long padded = (long) front + size + after.get(d);
      if (padded < 1 || padded > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "padded dimension " + d + " is " + padded + ", wanted from 1 to below 2^31");
      }
      picked[d] = new int[(int) padded];
      Arrays.setAll(picked[d], i -> padded(mode, i - front, size));
    }
    return of(axes(dimensions, picked), mode == PadMode.CONSTANT ? value : 0f);
  }

  private static int padded(PadMode mode, int index, int size) {
    return switch (mode) {
      case CONSTANT -> index < 0 || index >= size ? Rearrange.Axis.OUTSIDE : index;
      case EDGE -> Math.clamp(index, 0, size - 1);
      case REFLECT -> {
        int period = Math.max(1, 2 * (size - 1));
        int turned = Math.floorMod(index, period);
        yield Math.min(turned, period - turned);
      }
      case WRAP -> Math.floorMod(index, size);
    };
  }

  /** Returns the elements at some indices of one dimension, in their order. */
  public static Rearrange gather(List<Integer> dimensions, int dimension, int... indices) {
    if (dimension < 0 || dimension >= dimensions.size()) {
      throw new IllegalArgumentException(
          "dimension is " + dimension + ", wanted 0 to " + (dimensions.size() - 1));
    }
    int[][] picked = dimensions.stream().map(Rearrangements::all).toArray(int[][]::new);
    picked[dimension] = indices.clone();
    return pick(dimensions, picked);
  }

  /**
   * Returns the image with dimensions of 1 repeated.
   *
   * @param to as many dimensions; each as it is, or any where it is 1
   */
  public static Rearrange expand(List<Integer> dimensions, List<Integer> to) {
    requireLength("to", to.size(), dimensions);
    int[][] picked = new int[dimensions.size()][];
    for (int d = 0; d < picked.length; d++) {
      int size = dimensions.get(d);
      if (size != 1 && !to.get(d).equals(size)) {
        throw new IllegalArgumentException(
            "dimension " + d + " is to be " + to.get(d) + ", wanted " + size);
      }
      Checks.requireAtLeast("dimension", to.get(d), 1);
      picked[d] = size == 1 ? new int[to.get(d)] : all(size);
    }
    return pick(dimensions, picked);
  }

  /**
   * Returns for each index of a resized dimension the nearest one of the input: indices for {@link
   * #pick}.
   *
   * @param from size of the input, at least 1
   * @param to size of the result, at least 1
   * @param scale how many times as large the result is meant to be; {@code to / from} unless {@code
   *     to} was rounded
   */
  public static int[] nearest(
      int from, int to, double scale, Coordinates coordinates, Nearest nearest) {
    Checks.requireResize(from, to, scale);
    int[] indices = new int[to];
    for (int i = 0; i < to; i++) {
      double place = nearest.round(coordinates.place(i, from, to, scale));
      indices[i] = (int) Math.clamp(place, 0, from - 1);
    }
    return indices;
  }

  /**
   * Returns what all of these but the transpose are: for each dimension the indices picked, in
   * their order.
   *
   * @param indices for each dimension indices, or {@link Rearrange.Axis#OUTSIDE} for 0
   */
  public static Rearrange pick(List<Integer> dimensions, int[]... indices) {
    return of(axes(dimensions, indices), 0f);
  }

  private static List<Rearrange.Axis> axes(List<Integer> dimensions, int[]... indices) {
    requireLength("indices", indices.length, dimensions);
    int[] pitches = pitches(dimensions);
    List<Rearrange.Axis> axes = new ArrayList<>();
    for (int d = 0; d < indices.length; d++) {
      int[] offsets = indices[d].clone();
      for (int i = 0; i < offsets.length; i++) {
        if (offsets[i] != Rearrange.Axis.OUTSIDE) {
          requireIndex(offsets[i], dimensions.get(d));
          offsets[i] *= pitches[d];
        }
      }
      axes.add(Rearrange.Axis.of(offsets));
    }
    return axes;
  }

  private static Rearrange of(List<Rearrange.Axis> axes, float fill) {
    int[] shape = {1, 1, 1};
    for (int d = 0; d < axes.size(); d++) {
      int dimension = Math.min(d, 2);
      long size = (long) shape[dimension] * axes.get(d).size();
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "the result's dimensions from 2 on have " + size + " elements, wanted below 2^31");
      }
      shape[dimension] = (int) size;
    }
    List<Rearrange.Axis> some = axes.isEmpty() ? List.of(Rearrange.Axis.of(0)) : axes;
    return new Rearrange(new Shape(shape[0], shape[1], shape[2]), some, fill);
  }

  private static int[] all(int size) {
    int[] indices = new int[size];
    Arrays.setAll(indices, i -> i);
    return indices;
  }

  /** From one index to the next, for each dimension. */
  private static int[] pitches(List<Integer> dimensions) {
    int[] pitches = new int[dimensions.size()];
    long pitch = 1;
    for (int d = pitches.length - 1; d >= 0; d--) {
      Checks.requireAtLeast("dimension", dimensions.get(d), 1);
      pitches[d] = (int) pitch;
      pitch *= dimensions.get(d);
      if (pitch > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "dimensions " + dimensions + " have 2^31 elements or more, wanted less");
      }
    }
    return pitches;
  }

  private static void requireLength(String name, int found, List<Integer> dimensions) {
    if (found != dimensions.size()) {
      throw new IllegalArgumentException(
          name + " has " + found + " entries, wanted one for each of " + dimensions);
    }
  }

  private static void requireIndex(long index, int size) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("index is " + index + ", wanted 0 to " + (size - 1));
    }
  }
}
