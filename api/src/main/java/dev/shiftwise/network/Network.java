package dev.shiftwise.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What to compute: an immutable graph of operators and weights, in an order in which every node
 * comes after what it reads.
 *
 * <p>A single operator is a network of one node; there is no other way to run one. The weights are
 * views over memory that must stay readable until the network has been compiled. Safe for any
 * thread.
 *
 * @param name for messages and reports
 * @param inputs the values that a caller provides, in order of declaration
 * @param nodes the operators in order
 * @param outputs what a caller receives, by name, in order of declaration
 */
public record Network(
    String name, List<Value> inputs, List<Node> nodes, Map<String, Operand> outputs) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if there is no input or output, a name occurs twice, or a node
   *     reads what is made only later
   */
  public Network {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    NetworkBuilder.requireOrdered(name, inputs, nodes, outputs);
  }

  /** Starts a network. */
  public static NetworkBuilder builder(String name) {
    return new NetworkBuilder(name);
  }

  /** Returns the trained values of all filters. */
  public long parameters() {
    return nodes.stream().mapToLong(node -> node.operator().parameters()).sum();
  }

  /** Returns the multiply-adds for one image. */
  public long multiplyAdds() {
    return nodes.stream().mapToLong(node -> node.operator().multiplyAdds(node.inputShapes())).sum();
  }

  /**
   * Returns an input by its name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Value input(String inputName) {
    return inputs.stream()
        .filter(input -> input.name().equals(inputName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no input '"
                        + inputName
                        + "', wanted one of "
                        + inputs.stream().map(Value::name).toList()));
  }

  /** Prints the graph, a line a node. */
  @Override
  public String toString() {
    return name
        + inputs.stream().map(Value::toString).collect(Collectors.joining(", ", "(", ")\n"))
        + nodes.stream().map(node -> "  " + node + "\n").collect(Collectors.joining())
        + outputs.entrySet().stream()
            .map(output -> "  " + output.getKey() + " -> " + output.getValue())
            .collect(Collectors.joining("\n"));
  }
}
