package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * Maximum pooling. Padding never wins; NaN does (as in PyTorch).
 *
 * @param kernel the sliding window; every position must hold at least one cell of the map
 * @param ceil whether a last window that begins inside the padded plane but leaves it counts
 */
public record MaxPool(Kernel2d kernel, boolean ceil) implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return kernel.pooledShape(Checks.only(inputs), ceil);
  }
}
