package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/** Softmax over the channels, at each pixel on its own; stable for large values. */
public record Softmax() implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only(inputs);
  }
}
