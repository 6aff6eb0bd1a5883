package dev.shiftwise.models.onnx;

import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What is to be known about an ONNX model before it is read: constants in place of inputs, and
 * sizes of dimensions that the file leaves open. Immutable; safe for any thread.
 */
public final class OnnxOptions {
  private static final OnnxOptions NONE = new OnnxOptions(Map.of(), Map.of());

  private final Map<String, Constant> constants;
  private final Map<String, Integer> sizes;

  private OnnxOptions(Map<String, Constant> constants, Map<String, Integer> sizes) {
    this.constants = Map.copyOf(constants);
    this.sizes = Map.copyOf(sizes);
  }

  /** Returns options that say nothing. */
  public static OnnxOptions none() {
    return NONE;
  }

  /**
   * Returns these options with a float32 constant in place of an input.
   *
   * @param input the input's name
   * @param value its value; it stays readable until the network has been compiled
   */
  public OnnxOptions withConstant(String input, Tensor value) {
    return with(
        input,
        Constant.ofFloats(
            ElementKind.FLOAT,
            dims(value.dimensions().stream().mapToLong(Long::longValue).toArray()),
            value));
  }

  /**
   * Returns these options with an integer constant in place of an input, such as the shape of a
   * Reshape.
   *
   * @param input the input's name
   * @param values its elements in order
   * @param dimensions its dimensions; none for a scalar
   * @throws IllegalArgumentException if the product of the dimensions is not the values' length
   */
  public OnnxOptions withConstant(String input, long[] values, int... dimensions) {
    long elements = 1;
    for (int dimension : dimensions) {
      elements *= dimension;
    }
    if (elements != values.length) {
      throw new IllegalArgumentException(
          "values has "
              + values.length
              + " elements, wanted those of dimensions "
              + Arrays.toString(dimensions));
    }
    return with(input, Constant.ofIntegers(ElementKind.INT64, dimensions.clone(), values.clone()));
  }

  private static int[] dims(long[] dimensions) {
    return Arrays.stream(dimensions).mapToInt(Math::toIntExact).toArray();
  }

  private OnnxOptions with(String input, Constant constant) {
    Map<String, Constant> more = new HashMap<>(constants);
    more.put(input, constant);
    return new OnnxOptions(more, sizes);
  }

  /**
   * Returns these options with the size of a dimension that the file leaves open.
   *
   * @param dimension its symbol in the file, such as {@code height}; one without a symbol goes by
   *     its input and place, such as {@code x[2]}
   * @param size 1 or more
   * @throws IllegalArgumentException if the size is below 1
   */
  public OnnxOptions withSize(String dimension, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size is " + size + ", wanted 1 or more");
    }
    Map<String, Integer> more = new HashMap<>(sizes);
    more.put(dimension, size);
    return new OnnxOptions(constants, more);
  }

  /** Returns the constants by input. */
  Map<String, Constant> constants() {
    return constants;
  }

  /** Returns the dimensions that a size is given for. */
  Set<String> sizes() {
    return sizes.keySet();
  }

  /** Returns the size given for one of these names of a dimension, or -1. */
  int size(String symbol, String place) {
    return sizes.getOrDefault(place, symbol.isEmpty() ? -1 : sizes.getOrDefault(symbol, -1));
  }
}
