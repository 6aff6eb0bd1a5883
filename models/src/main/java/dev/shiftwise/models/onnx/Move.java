package dev.shiftwise.models.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator that only moves elements does: the result's dimensions, and for each of the
 * counting axes a table of offsets whose sum is the source element. Every such operator of ONNX is
 * of this form, for constants and for feature maps.
 */
final class Move {
  /** The offset of what is not in the source. */
  static final int OUTSIDE = -1;

  private final int[] dims;
  private final List<int[]> axes;

  /**
   * Describes a move.
   *
   * @param dims dimensions of the result
   * @param axes counted through in order, the last one fastest; {@link #OUTSIDE} where the fill
   *     stands
   */
  Move(int[] dims, List<int[]> axes) {
    this.dims = dims;
    this.axes = axes;
  }

  /** Returns the result's dimensions. */
  int[] dims() {
    return dims;
  }

  /** Returns the tables of offsets. */
  List<int[]> axes() {
    return axes;
  }

  /**
   * Refuses a table before it is made: the sizes are whatever a file says.
   *
   * @throws Refusal if all tables together may not have as many entries
   */
  static void requireFew(long entries) throws Refusal {
    if (entries > ReadLimits.MOST_INDICES) {
      throw tooMany();
    }
  }

  /** Returns the refusal of tables with too many entries. */
  static Refusal tooMany() {
    return new Refusal("tables of moved elements have more than 2^26 entries together");
  }

  /**
   * Returns the tables that pick all of a value of these dimensions.
   *
   * @throws Refusal if they would be too large
   */
  static List<int[]> whole(int... dims) throws Refusal {
    int[] strides = Dims.strides(dims);
    List<int[]> axes = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      axes.add(steps(0, strides[i], dims[i]));
    }
    return axes;
  }

  /**
   * Returns the move that picks along one axis and keeps the others.
   *
   * @param dims dimensions of the source
   * @param picked for each axis indices or {@link #OUTSIDE}, or null to keep it
   * @throws Refusal if the result is too large
   */
  static Move pick(int[] dims, int[] @Nullable [] picked) throws Refusal {
    List<int[]> axes = whole(dims);
    int[] strides = Dims.strides(dims);
    int[] result = dims.clone();
    for (int i = 0; i < dims.length; i++) {
      int[] indices = picked[i];
      if (indices != null) {
        int stride = strides[i];
        axes.set(i, Arrays.stream(indices).map(at -> at == OUTSIDE ? at : at * stride).toArray());
        result[i] = indices.length;
      }
    }
    Dims.elements(result);
    return new Move(result, axes);
  }

  /**
   * Returns the move that picks along one axis.
   *
   * @throws Refusal if the result is too large
   */
  static Move pick(int[] dims, int axis, int... indices) throws Refusal {
    int[] @Nullable [] picked = new int[dims.length][];
    picked[axis] = indices;
    return pick(dims, picked);
  }

  /**
   * Returns the dimensions in another order.
   *
   * @throws Refusal if a table would be too large
   */
  static Move transpose(int[] dims, int... order) throws Refusal {
    return new Move(dims, whole(dims)).inOrder(order);
  }

  /** Returns the same move with the result's dimensions in another order. */
  Move inOrder(int... order) {
    List<int[]> ordered = new ArrayList<>();
    int[] result = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      ordered.add(axes.get(order[i]));
      result[i] = dims[order[i]];
    }
    return new Move(result, ordered);
  }

  /**
   * Returns the value repeated along its dimensions of 1.
   *
   * @param dims as many as {@code to}
   * @throws Refusal if the result is too large
   */
  static Move expand(int[] dims, int[] to) throws Refusal {
    // Before any table is made: the sizes are whatever a file says.
    Dims.elements(to);
    int[] @Nullable [] picked = new int[dims.length][];
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != to[i]) {
        requireFew(to[i]);
        picked[i] = new int[to[i]];
      }
    }
    return pick(dims, picked);
  }

  /**
   * Returns {@code start, start + step, ...}
   *
   * @throws Refusal if there would be too many
   */
  static int[] steps(int start, int step, int size) throws Refusal {
    requireFew(size);
    int[] steps = new int[size];
    for (int i = 0; i < size; i++) {
      steps[i] = start + i * step;
    }
    return steps;
  }

  /** Returns for each element of the result the source's, or {@link #OUTSIDE}. */
  int[] indices() {
    int[] indices = {0};
    for (int[] axis : axes) {
      int[] next = new int[indices.length * axis.length];
      int to = 0;
      for (int outer : indices) {
        for (int inner : axis) {
          next[to++] = outer == OUTSIDE || inner == OUTSIDE ? OUTSIDE : outer + inner;
        }
      }
      indices = next;
    }
    return indices;
  }
}
