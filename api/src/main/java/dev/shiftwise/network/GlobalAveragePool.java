package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/** The average of each plane: {@code C x H x W} to {@code C x 1 x 1}. */
public record GlobalAveragePool() implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return new Shape(Checks.only(inputs).channels(), 1, 1);
  }
}
