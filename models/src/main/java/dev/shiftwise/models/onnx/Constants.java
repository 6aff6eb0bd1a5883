package dev.shiftwise.models.onnx;

import java.util.Arrays;
import java.util.List;

/**
 * The operators that make constants: as the node states them, of one number, of numbers in a row.
 */
final class Constants {
  private Constants() {}

  static List<Datum> constant(Call call) throws Refusal {
    Constant value = call.tensor("value");
    if (value != null) {
      return List.of(value);
    }
    if (call.hasAttribute("value_float")) {
      return List.of(
          Constant.ofFloats(
              ElementKind.FLOAT, new int[0], new float[] {call.real("value_float", 0)}));
    }
    if (call.hasAttribute("value_int")) {
      return List.of(
          Constant.ofIntegers(
              ElementKind.INT64, new int[0], new long[] {call.integer("value_int", 0)}));
    }
    float[] floats = call.reals("value_floats");
    if (floats != null) {
      return List.of(Constant.ofFloats(ElementKind.FLOAT, new int[] {floats.length}, floats));
    }
    long[] integers = call.integers("value_ints");
    if (integers != null) {
      return List.of(Constant.ofIntegers(ElementKind.INT64, new int[] {integers.length}, integers));
    }
    throw new Refusal("it has no value of numbers");
  }

  static List<Datum> constantOfShape(Call call) throws Refusal {
    Constant shape = call.constant(0);
    Constant value = call.tensor("value");
    int[] to = new int[shape.elements()];
    int axis = -1;
    for (int i = 0; i < to.length; i++) {
      long size = shape.integer(i);
      if (shape.perBatch(i) != 0 && axis < 0) {
        axis = i;
        size = call.scope().perImage(size, shape.perBatch(i));
      } else if (shape.perBatch(i) != 0) {
        shape.requireFixed();
      }
      if (shape.isReal() || size < 0 || size > Dims.MOST_ELEMENTS) {
        throw new Refusal("dimension " + i + " is " + size + ", wanted fewer, at least 0");
      }
      to[i] = (int) size;
    }
    int count = Dims.elements(to);
    call.scope().fold(count);
    if (value == null || value.isReal()) {
      float[] values = new float[count];
      Arrays.fill(values, value == null ? 0 : value.scalar());
      return List.of(
          Constant.ofFloats(value == null ? ElementKind.FLOAT : value.kind(), to, values)
              .withBatchAxis(axis));
    }
    long[] values = new long[count];
    Arrays.fill(values, value.integer());
    return List.of(Constant.ofIntegers(value.kind(), to, values).withBatchAxis(axis));
  }

  /** Whether a range counts the images of the batch. */
  private static boolean isOfImages(Constant start, Constant limit, Constant delta) {
    return limit.elements() == 1
        && limit.perBatch(0) == 1
        && limit.integer(0) == 0
        && !start.isReal()
        && !start.dependsOnBatch()
        && start.integer(0) == 0
        && !delta.isReal()
        && !delta.dependsOnBatch()
        && delta.integer(0) == 1;
  }

  static List<Datum> range(Call call) throws Refusal {
    Constant start = call.constant(0);
    Constant limit = call.constant(1);
    Constant delta = call.constant(2);
    if (isOfImages(start, limit, delta)) {
      return List.of(Constant.ofImages(new int[] {1}, new long[1], new long[] {1}, 0));
    }
    double from = start.scalar();
    if (!start.isReal()) {
      from = start.integer();
    }
    double by = delta.isReal() ? delta.scalar() : delta.integer();
    double to = limit.isReal() ? limit.scalar() : limit.integer();
    double count = Math.max(0, Math.ceil((to - from) / by));
    if (!(by != 0 && count <= Dims.MOST_ELEMENTS)) {
      throw new Refusal("it ranges from " + from + " to " + to + " by " + by);
    }
    int size = (int) count;
    call.scope().fold(size);
    if (start.isReal()) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) (from + i * by);
      }
      return List.of(Constant.ofFloats(start.kind(), new int[] {size}, values));
    }
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = start.integer(0) + i * delta.integer(0);
    }
    return List.of(Constant.ofIntegers(start.kind(), new int[] {size}, values));
  }
}
