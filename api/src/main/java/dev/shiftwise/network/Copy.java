package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * A dense copy of its operand, bit for bit: the materialised form of the shifts.
 *
 * <p>It is the baseline that the shifts are compared with, and what the memory plan adds where a
 * reader cannot take a view in place. It reads any view, also one without a normal form.
 */
public record Copy() implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Checks.only(inputs);
  }
}
