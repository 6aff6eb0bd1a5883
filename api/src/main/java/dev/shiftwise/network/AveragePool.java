package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * Average pooling. It divides by the cells inside the map, not by the padding (SPEC section 3).
 *
 * @param kernel the sliding window; every position must hold at least one cell of the map
 * @param ceil whether a last window that begins inside the padded plane but leaves it counts
 */
public record AveragePool(Kernel2d kernel, boolean ceil) implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return kernel.pooledShape(Checks.only(inputs), ceil);
  }
}
