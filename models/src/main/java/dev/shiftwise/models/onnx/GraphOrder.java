package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.ModelFormatException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Checks that a graph is one: every name is made once, every name that is read is made, and nothing
 * needs itself. Then it brings the nodes that the outputs need into an order.
 */
final class GraphOrder {
  private static final int MOST_TOLD = 10;

  private final ReadLimits limits;
  private final Graph graph;
  private final Map<String, Integer> makers = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  private GraphOrder(ReadLimits limits, Graph graph) {
    this.limits = limits;
    this.graph = graph;
  }

  /**
   * Returns the nodes that the outputs need, each behind those that it reads.
   *
   * @throws ModelFormatException if the graph is none
   */
  static List<GraphNode> of(ReadLimits limits, Graph graph) throws ModelFormatException {
    GraphOrder order = new GraphOrder(limits, graph);
    order.collectNames();
    order.requireMade();
    List<GraphNode> sorted = order.sorted();
    BitSet needed = order.needed();
    return sorted.stream().filter(node -> needed.get(node.index())).toList();
  }

  private void collectNames() throws ModelFormatException {
    given.addAll(graph.initializers().keySet());
    Set<String> inputs = new HashSet<>();
    for (ValueInfo input : graph.inputs()) {
      if (!inputs.add(input.name())) {
        throw twice(input.name());
      }
    }
    given.addAll(inputs);
    for (GraphNode node : graph.nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty()
            && (given.contains(output) || makers.putIfAbsent(output, node.index()) != null)) {
          throw twice(output);
        }
      }
    }
    if (graph.outputs().isEmpty()) {
      throw limits.fault("graph", "no outputs", "at least one");
    }
    Set<String> outputs = new HashSet<>();
    for (ValueInfo output : graph.outputs()) {
      if (!outputs.add(output.name())) {
        throw twice(output.name());
      }
    }
  }

  private ModelFormatException twice(String name) {
    return limits.fault(
        "graph", "the name " + ModelFormatException.quote(name) + " twice", "each made once");
  }

  private void requireMade() throws ModelFormatException {
    List<String> missing = new ArrayList<>();
    for (GraphNode node : graph.nodes()) {
      for (String input : node.inputs()) {
        if (!isMade(input)) {
          missing.add(quote(input) + " read by " + quote(node.label()));
        }
      }
    }
    for (ValueInfo output : graph.outputs()) {
      if (output.name().isEmpty() || !isMade(output.name())) {
        missing.add("output " + quote(output.name()));
      }
    }
    if (!missing.isEmpty()) {
      throw limits.fault("graph", "names that nothing makes: " + some(missing), "all made");
    }
  }

  private boolean isMade(String name) {
    return name.isEmpty() || given.contains(name) || makers.containsKey(name);
  }

  private List<GraphNode> sorted() throws ModelFormatException {
    List<GraphNode> nodes = graph.nodes();
    int[] waits = new int[nodes.size()];
    List<List<Integer>> readers = new ArrayList<>();
    nodes.forEach(_ -> readers.add(new ArrayList<>()));
    for (GraphNode node : nodes) {
      for (String input : node.inputs()) {
        Integer maker = makers.get(input);
        if (maker != null) {
          waits[node.index()]++;
          readers.get(maker).add(node.index());
        }
      }
    }
    // The file's order wherever it is one.
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < waits.length; i++) {
      if (waits[i] == 0) {
        ready.add(i);
      }
    }
    List<GraphNode> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.add(nodes.get(next));
      for (int reader : readers.get(next)) {
        if (--waits[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    if (sorted.size() < nodes.size()) {
      List<String> waiting = new ArrayList<>();
      for (GraphNode node : nodes) {
        if (waits[node.index()] > 0) {
          waiting.add(quote(node.label()));
        }
      }
      throw limits.fault("graph", "a cycle among the nodes " + some(waiting), "none");
    }
    return sorted;
  }

  private BitSet needed() {
    BitSet needed = new BitSet();
    Deque<String> open = new ArrayDeque<>();
    graph.outputs().forEach(output -> open.push(output.name()));
    while (!open.isEmpty()) {
      Integer maker = makers.get(open.pop());
      if (maker != null && !needed.get(maker)) {
        needed.set(maker);
        graph.nodes().get(maker).inputs().forEach(open::push);
      }
    }
    return needed;
  }

  private static String quote(String name) {
    return ModelFormatException.quote(name);
  }

  private static String some(List<String> names) {
    String more = names.size() > MOST_TOLD ? " and " + (names.size() - MOST_TOLD) + " more" : "";
    return String.join(", ", names.subList(0, Math.min(MOST_TOLD, names.size()))) + more;
  }
}
