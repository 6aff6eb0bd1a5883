package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds a network operator by operator, inferring shapes and checking each as it comes.
 *
 * <pre>{@code
 * NetworkBuilder b = Network.builder("module");
 * Operand x = b.input("x", Shape.of(64, 28, 28));
 * Operand expanded = b.add("pw1", pw1.withActivation(RELU), x);
 * Operand shifted = expanded.channelShift(16).addressShift(RING, LEFT, UP, RIGHT, DOWN);
 * b.output("y", b.add("pw2", pw2.withActivation(RELU), shifted, x));
 * Network network = b.build();
 * }</pre>
 *
 * <p>Shifts and windows are steps on an {@link Operand}; they add no node. Every method throws
 * {@link IllegalArgumentException} with the node's name, what was found and what was wanted. Not
 * safe for several threads.
 */
public final class NetworkBuilder {
  private final String name;
  private final List<Value> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Operand> outputs = new LinkedHashMap<>();
  private final Map<String, Value> values = new LinkedHashMap<>();

  NetworkBuilder(String name) {
    this.name = name;
  }

  /**
   * Declares an input.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Operand input(String inputName, Shape shape) {
    Value value = newValue(inputName, shape);
    inputs.add(value);
    return Operand.of(value);
  }

  /**
   * Adds a node.
   *
   * @param nodeName unique in the network
   * @param operator what it computes
   * @param operands what it reads; for a {@link PointwiseConvolution} a second one is the residual
   * @return the node's result
   * @throws IllegalArgumentException if the name is taken, an operand is not of this network, or
   *     the operator does not fit the operands' shapes
   */
  public Operand add(String nodeName, Operator operator, Operand... operands) {
    List<Operand> list = List.of(operands);
    for (Operand operand : list) {
      requireOwn(nodeName, operand);
    }
    Value value = newValue(nodeName, Node.outputShape(nodeName, operator, list));
    nodes.add(new Node(operator, list, value));
    return Operand.of(value);
  }

  /**
   * Joins a module's output to its input by the shortcut shift (SPEC section 1): {@code made} is
   * written directly behind {@code window} in one buffer, and the window moves on over it. No
   * addition, no copy.
   *
   * @param nodeName unique in the network
   * @param window what the module read, a window of the stage's buffer
   * @param made what the module made, at most as many channels as the window has
   * @return the window of the same width, moved on by the channels made
   * @throws IllegalArgumentException if the planes differ or {@code made} is wider than the window
   */
  public Operand shortcutShift(String nodeName, Operand window, Operand made) {
    int width = window.shape().channels();
    if (made.shape().channels() > width) {
      throw new IllegalArgumentException(
          "node '"
              + nodeName
              + "': made has "
              + made.shape().channels()
              + " channels, wanted at most the window's "
              + width);
    }
    return add(nodeName, new Concat(), window, made).window(made.shape().channels(), width);
  }

  /**
   * Declares an output.
   *
   * @throws IllegalArgumentException if the name is taken or the operand is not of this network
   */
  public void output(String outputName, Operand operand) {
    requireOwn(outputName, operand);
    if (outputs.putIfAbsent(outputName, operand) != null) {
      throw new IllegalArgumentException("output '" + outputName + "' is declared twice");
    }
  }

  /**
   * Returns the network.
   *
   * @throws IllegalArgumentException if it has no input or no output
   */
  public Network build() {
    return new Network(name, inputs, nodes, outputs);
  }

  private Value newValue(String valueName, Shape shape) {
    Value value = new Value(values.size(), valueName, shape);
    if (values.putIfAbsent(valueName, value) != null) {
      throw new IllegalArgumentException("the name '" + valueName + "' is used twice");
    }
    return value;
  }

  private void requireOwn(String user, Operand operand) {
    if (!operand.value().equals(values.get(operand.value().name()))) {
      throw new IllegalArgumentException(
          "'" + user + "' reads '" + operand.value().name() + "', wanted a value of this network");
    }
  }

  static void requireOrdered(
      String name, List<Value> inputs, List<Node> nodes, Map<String, Operand> outputs) {
    Set<String> names = new HashSet<>();
    Set<Value> made = new HashSet<>();
    for (Value input : inputs) {
      define(name, names, made, input);
    }
    for (Node node : nodes) {
      for (Operand operand : node.inputs()) {
        requireMade(name, made, node.name(), operand);
      }
      define(name, names, made, node.output());
    }
    outputs.forEach((output, operand) -> requireMade(name, made, output, operand));
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "network '"
              + name
              + "' has "
              + inputs.size()
              + " inputs and "
              + outputs.size()
              + " outputs, wanted at least 1 of each");
    }
  }

  private static void define(String network, Set<String> names, Set<Value> made, Value value) {
    if (!names.add(value.name())) {
      throw new IllegalArgumentException(
          "network '" + network + "': the name '" + value.name() + "' is used twice");
    }
    made.add(value);
  }

  private static void requireMade(String network, Set<Value> made, String reader, Operand operand) {
    if (!made.contains(operand.value())) {
      throw new IllegalArgumentException(
          "network '"
              + network
              + "': '"
              + reader
              + "' reads '"
              + operand.value().name()
              + "' before it is made");
    }
  }
}
