package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * What a node computes (SPEC section 3): a sealed hierarchy of records, so that a backend is an
 * exhaustive {@code switch}.
 *
 * <p>Operators do not know their shifts: a node's operands carry them ({@link Operand}), and any
 * operator may be given a shifted operand. What a backend cannot read in place reaches it through a
 * {@link Copy} that the memory plan adds and lists.
 */
public sealed interface Operator
    permits PointwiseConvolution,
        Convolution,
        AveragePool,
        MaxPool,
        GlobalAveragePool,
        Dense,
        ChannelShuffle,
        Concat,
        Arithmetic,
        Activate,
        Rearrange,
        Resize,
        Softmax,
        Copy {

  /**
   * Returns the shape of the result.
   *
   * @param inputs shapes of the operands, in order
   * @throws IllegalArgumentException if the operator does not fit them, naming what was found and
   *     what was wanted
   */
  Shape outputShape(List<Shape> inputs);

  /**
   * Returns the number of multiply-adds for one image; 0 for operators that only move or compare.
   */
  default long multiplyAdds(List<Shape> inputs) {
    return 0;
  }

  /** Returns the function applied last; {@link Activation#NONE} for operators that have none. */
  default Activation activation() {
    return Activation.NONE;
  }

  /** Returns the filter's trained values, 0 for operators without a filter. */
  default long parameters() {
    return 0;
  }

  /** Returns the operator's name as it appears in plans, reports and messages. */
  default String kind() {
    return getClass().getSimpleName();
  }
}
