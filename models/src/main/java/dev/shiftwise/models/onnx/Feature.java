package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A feature map as the ONNX graph sees it: dimensions over the elements of a value of the network,
 * in its order or moved. Moves are not carried out here; they are followed element by element until
 * an operator reads the result ({@link Views}).
 *
 * <p>Where a dimension is the batch, mostly the first, it counts the rows that one image has,
 * mostly 1. A transpose may put it elsewhere: the elements of one image are moved then as if the
 * batch was not there.
 *
 * <p>What comparisons made is BOOL, elements of 1 and 0. {@link ElementTypes} keeps it from
 * operators that want FLOAT, and moves keep it what it is. What was cast to DOUBLE has the same
 * elements, and nothing computes with them.
 */
final class Feature implements Datum {
  private final int[] dims;
  private final Value base;
  private final int @Nullable [] map;
  private final float fill;
  private final List<String> spelling;
  private final int batchAxis;
  private final ElementKind kind;
  private final Map<Shape, Operand> seen = new HashMap<>();
  private @Nullable Boolean permutes;

  private Feature(
      int[] dims,
      Value base,
      int @Nullable [] map,
      float fill,
      List<String> spelling,
      int batchAxis,
      ElementKind kind) {
    this.kind = kind;
    this.batchAxis = batchAxis;
    this.dims = dims;
    this.base = base;
    this.map = map;
    this.fill = fill;
    this.spelling = spelling;
  }

  /** Returns a value of the network under ONNX dimensions. */
  static Feature of(Value base, int... dims) {
    return new Feature(dims, base, null, 0, List.of(), 0, ElementKind.FLOAT);
  }

  @Override
  public int[] dims() {
    return dims;
  }

  @Override
  public int batchAxis() {
    return batchAxis;
  }

  @Override
  public Feature withBatchAxis(int axis) {
    return axis == batchAxis ? this : new Feature(dims, base, map, fill, spelling, axis, kind);
  }

  /** Returns the element type: FLOAT, BOOL or DOUBLE. */
  ElementKind kind() {
    return kind;
  }

  /** Returns the same elements as another type: BOOL if each is 1 or 0. */
  Feature withKind(ElementKind other) {
    return other == kind ? this : new Feature(dims, base, map, fill, spelling, batchAxis, other);
  }

  /** Returns the value whose elements these are. */
  Value base() {
    return base;
  }

  /** Returns for each element which one of the value it is, or -1 for the fill; null for itself. */
  int @Nullable [] map() {
    return map;
  }

  /** Returns whether these are all elements of the value, each once, in whatever order. */
  boolean isPermutation() {
    if (permutes == null) {
      permutes = map == null || permutes(map, base.shape().elements());
    }
    return permutes;
  }

  private static boolean permutes(int[] map, long elements) {
    if (map.length != elements) {
      return false;
    }
    boolean[] seen = new boolean[map.length];
    for (int source : map) {
      if (source < 0 || seen[source]) {
        return false;
      }
      seen[source] = true;
    }
    return true;
  }

  /**
   * Returns the elements in the order of another's value, for elements that meet those of the
   * other.
   *
   * @param other a permutation of as many elements
   */
  Feature inOrderOf(Feature other) {
    int[] moved = new int[elements()];
    for (int i = 0; i < moved.length; i++) {
      moved[other.map == null ? i : other.map[i]] = map == null ? i : map[i];
    }
    return mapped("", new int[] {moved.length}, moved, 0).spelledAs(spelling);
  }

  private Feature spelledAs(List<String> operators) {
    return new Feature(dims, base, map, fill, operators, batchAxis, kind);
  }

  /** Returns the elements at the same places of another value of the same shape. */
  Feature over(Value other) {
    Feature same = new Feature(dims, other, map, fill, spelling, batchAxis, kind);
    same.permutes = permutes;
    return same;
  }

  /** Returns what stands where there is no element. */
  float fill() {
    return fill;
  }

  /** Returns the ONNX operators that moved the elements. */
  List<String> spelling() {
    return spelling;
  }

  /** Returns how readers of a shape see it, once that was decided. */
  Map<Shape, Operand> seen() {
    return seen;
  }

  /** Returns the number of elements. */
  int elements() {
    return (int) Dims.elements(dims, 0, dims.length);
  }

  /** Returns the same elements in the same order under other dimensions. */
  Feature reshaped(String operator, int... to) {
    return new Feature(to, base, map, fill, spelled(operator), batchAxis, kind);
  }

  /** Returns the elements at these places of the value. */
  Feature mapped(String operator, int[] to, int[] newMap, float newFill) {
    for (int i = 0; newMap.length == base.shape().elements(); i++) {
      if (i == newMap.length) {
        return new Feature(to, base, null, 0, spelled(operator), batchAxis, kind);
      }
      if (newMap[i] != i) {
        break;
      }
    }
    return new Feature(to, base, newMap, newFill, spelled(operator), batchAxis, kind);
  }

  private List<String> spelled(String operator) {
    List<String> longer = new ArrayList<>(spelling);
    // Long chains are no use to a reader of messages.
    if (longer.size() < 12) {
      longer.add(operator);
    }
    return longer;
  }
}
