package dev.shiftwise.plan;

import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Value;
import java.util.HashSet;
import java.util.Set;

/** Names for nodes that the plan adds, other than those that the network's author gave. */
final class FreshNames {
  private final Set<String> taken = new HashSet<>();

  FreshNames(Network network) {
    network.inputs().stream().map(Value::name).forEach(taken::add);
    network.nodes().stream().map(Node::name).forEach(taken::add);
  }

  /** Returns the wanted name, with a prime for every time it is taken. */
  String like(String wanted) {
    String name = wanted;
    while (!taken.add(name)) {
      name += "'";
    }
    return name;
  }
}
