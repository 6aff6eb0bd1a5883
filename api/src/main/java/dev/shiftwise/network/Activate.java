package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * An activation on its own, where no operator before it could take it along.
 *
 * @param activation the function
 */
public record Activate(Activation activation) implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only(inputs);
  }
}
