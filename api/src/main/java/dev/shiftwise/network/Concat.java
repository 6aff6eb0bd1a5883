package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * The operands one behind the other along the channels.
 *
 * <p>Backends never meet it: the memory plan lets the operands' producers write straight into the
 * result, and where that cannot be it adds a {@link Copy}.
 */
public record Concat() implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Checks.requireInputs(inputs, 1, Integer.MAX_VALUE);
    long channels = 0;
    Shape first = inputs.getFirst();
    for (int i = 0; i < inputs.size(); i++) {
      Shape in = inputs.get(i);
      Checks.requireShape(
          "input " + i, in, new Shape(in.channels(), first.height(), first.width()));
      channels += in.channels();
    }
    if (channels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("channels is " + channels + ", wanted an int");
    }
    return first.withChannels((int) channels);
  }
}
