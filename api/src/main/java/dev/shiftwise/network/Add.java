package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * The sum of two operands of one shape, then the activation: the residual connection that the
 * shortcut shift replaces.
 *
 * @param activation applied last
 */
public record Add(Activation activation) implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Checks.requireInputs(inputs, 2, 2);
    Checks.requireShape("input 1", inputs.get(1), inputs.get(0));
    return inputs.getFirst();
  }
}
