package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One operator of a network with what it reads and what it makes.
 *
 * @param operator what is computed
 * @param inputs what is read, in the operator's order
 * @param output what is made; carries the node's name
 */
public record Node(Operator operator, List<Operand> inputs, Value output) {

  /**
   * Checks that operator, inputs and output fit.
   *
   * @throws IllegalArgumentException if they do not, naming the node
   */
  public Node {
    inputs = List.copyOf(inputs);
    Shape shape = outputShape(output.name(), operator, inputs);
    if (!shape.equals(output.shape())) {
      throw new IllegalArgumentException(
          "node '" + output.name() + "': output is " + output.shape() + ", wanted " + shape);
    }
  }

  static Shape outputShape(String name, Operator operator, List<Operand> inputs) {
    try {
      return operator.outputShape(inputs.stream().map(Operand::shape).toList());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "node '" + name + "' (" + operator.kind() + "): " + e.getMessage(), e);
    }
  }

  /** Returns the node's name, which is its output's. */
  public String name() {
    return output.name();
  }

  /** Returns the shapes the operator sees. */
  public List<Shape> inputShapes() {
    return inputs.stream().map(Operand::shape).toList();
  }

  @Override
  public String toString() {
    return output
        + " = "
        + operator.kind()
        + inputs.stream().map(Operand::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
