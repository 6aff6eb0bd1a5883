package dev.shiftwise.models.onnx;

import java.util.List;

/**
 * What the inputs of a graph say about the batch.
 *
 * @param isBatch whether their first dimension may be it
 * @param size the number of images that the graph is written for; 1 if it leaves that open
 * @param isSymbolic whether it leaves that open
 * @param options sizes of dimensions that the file leaves open
 */
record Batch(boolean isBatch, long size, boolean isSymbolic, OnnxOptions options) {

  static Batch of(List<ValueInfo> inputs, OnnxOptions options) {
    long size = 0;
    boolean differ = inputs.isEmpty();
    boolean symbolic = false;
    for (ValueInfo input : inputs) {
      if (input.dimensions().isEmpty()) {
        differ = true;
        continue;
      }
      long first = size(input, 0, options);
      symbolic |= first < 0;
      differ |= size != 0 && size != first;
      size = first;
    }
    return new Batch(
        symbolic || (!differ && size > 1), symbolic || differ ? 1 : size, symbolic, options);
  }

  private static long size(ValueInfo input, int index, OnnxOptions options) {
    ValueInfo.Dimension dimension = input.dimensions().get(index);
    return dimension.size() > 0
        ? dimension.size()
        : options.size(dimension.symbol(), place(input, index));
  }

  /** Returns what a dimension without a symbol goes by. */
  static String place(ValueInfo input, int index) {
    return input.name() + "[" + index + "]";
  }

  /**
   * Returns an input's dimensions for one image.
   *
   * @param batched whether the first one is the batch
   * @throws Refusal if a size is not known, or the input is no feature map
   */
  int[] dims(ValueInfo input, boolean batched) throws Refusal {
    ElementKind kind = ElementKind.of(input.type());
    if (kind != ElementKind.FLOAT) {
      throw new Refusal(
          "its elements are "
              + (kind == null ? "type " + input.type() : kind)
              + ", wanted FLOAT, or a constant in its place (OnnxOptions.withConstant)");
    }
    if (!input.hasShape() || (batched && input.dimensions().isEmpty())) {
      throw new Refusal("its dimensions are not stated");
    }
    int rank = input.dimensions().size();
    if (rank > 6) {
      throw new Refusal("it has " + rank + " dimensions, wanted at most 6");
    }
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      long size = size(input, i, options);
      if (i == 0 && batched) {
        if (isSymbolic && size > 0) {
          throw new Refusal("its first dimension is " + size + ", and another input's is open");
        }
        dims[0] = 1;
      } else if (size < 1) {
        String symbol = input.dimensions().get(i).symbol();
        String name = symbol.matches("\\w+") ? symbol : place(input, i);
        throw new Refusal(
            "the size of dimension "
                + i
                + " is left open, wanted one of "
                + name
                + " (OnnxOptions.withSize, --size "
                + name
                + "=...)");
      } else if (size > Dims.MOST_ELEMENTS) {
        throw new Refusal("dimension " + i + " is " + size + ", wanted at most 2^27");
      } else {
        dims[i] = (int) size;
      }
    }
    return dims;
  }
}
