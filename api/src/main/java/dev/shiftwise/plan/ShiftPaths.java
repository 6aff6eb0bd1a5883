package dev.shiftwise.plan;

import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Read;
import dev.shiftwise.view.ViewStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides for every shifted operand how its reader gets it: in place, at its address, or through
 * one added {@link Copy}, with the reason.
 *
 * <p>In place under a layout with guards means that the producer stores what a flat read runs into.
 * A value has one set of guards, so it serves one way of reading beyond its planes: ring guards
 * suit any number of plain and RING readers, dead borders only readers that all read alike.
 */
final class ShiftPaths {
  private final Network network;
  private final Capabilities capabilities;
  private final Layout layout;
  private final Map<Value, List<Operand>> readers = new HashMap<>();
  private final Set<Value> outputs = new HashSet<>();
  private final Set<Value> joined = new HashSet<>();
  private final NetworkBuilder builder;
  private final FreshNames names;
  private final Map<Value, Value> rewritten = new HashMap<>();
  private final Map<Operand, Operand> copied = new HashMap<>();
  private final List<PlannedCopy> copies = new ArrayList<>();

  private ShiftPaths(Network network, Capabilities capabilities, Layout layout) {
    this.network = network;
    this.capabilities = capabilities;
    this.layout = layout;
    this.builder = Network.builder(network.name());
    this.names = new FreshNames(network);
  }

  /**
   * The network with its copies added.
   *
   * @param network every operand but a copy's is now read in place
   * @param copies the copies added, with reasons
   */
  record Result(Network network, List<PlannedCopy> copies) {}

  static Result choose(Network network, Capabilities capabilities, Layout layout) {
    return new ShiftPaths(network, capabilities, layout).choose();
  }

  private Result choose() {
    for (Node node : network.nodes()) {
      for (Operand operand : node.inputs()) {
        readers.computeIfAbsent(operand.value(), _ -> new ArrayList<>()).add(operand);
        if (node.operator() instanceof Concat) {
          joined.add(operand.value());
          joined.add(node.output());
        }
      }
    }
    network.outputs().values().forEach(output -> outputs.add(output.value()));
    for (Value input : network.inputs()) {
      rewritten.put(input, builder.input(input.name(), input.shape()).value());
    }
    for (Node node : network.nodes()) {
      Operand[] inputs = new Operand[node.inputs().size()];
      for (int i = 0; i < inputs.length; i++) {
        Operand operand = node.inputs().get(i);
        Optional<String> reason = whyCopy(node, i, operand);
        inputs[i] =
            reason.isPresent()
                ? copy(node.name() + ".copy" + i, operand, reason.get())
                : rewrite(operand);
      }
      rewritten.put(node.output(), builder.add(node.name(), node.operator(), inputs).value());
    }
    network.outputs().forEach((name, operand) -> builder.output(name, rewrite(operand)));
    return new Result(builder.build(), copies);
  }

  private Operand rewrite(Operand operand) {
    Value value = rewritten.get(operand.value());
    if (value == null) {
      throw new IllegalStateException("'" + operand.value().name() + "' is read before it is made");
    }
    return new Operand(value, operand.steps());
  }

  /** Readers that want the same view share the copy. */
  private Operand copy(String name, Operand operand, String reason) {
    return copied.computeIfAbsent(
        operand,
        wanted -> {
          String fresh = names.like(name);
          copies.add(new PlannedCopy(fresh, wanted.shape().elements() * Float.BYTES, reason));
          return builder.add(fresh, new Copy(), rewrite(wanted));
        });
  }

  private Optional<String> whyCopy(Node node, int index, Operand operand) {
    AddressMap map = operand.map();
    if (node.operator() instanceof Copy
        || (map instanceof NormalMap normal && normal.asWindow().isPresent())) {
      return Optional.empty();
    }
    if (index > 0 || !capabilities.readsShifted(node.operator())) {
      return Optional.of(node.operator().kind() + " reads this operand unshifted only");
    }
    if (!(map instanceof NormalMap normal)) {
      return Optional.of("the view has no normal form: " + map);
    }
    if (!normal.isContiguousRing()) {
      return Optional.of("the ring is a window cut at the seam of a channel shift");
    }
    return layout.guards() ? whyNoGuards(operand, normal) : Optional.empty();
  }

  private Optional<String> whyNoGuards(Operand operand, NormalMap map) {
    Value value = operand.value();
    if (map.spans().stream().anyMatch(span -> span.read() instanceof Read.Zero)) {
      if (joined.contains(value)) {
        return Optional.of("a value of a concat has no room for a ZERO shift's dead borders");
      }
      if (outputs.contains(value)) {
        return Optional.of("an output of the network cannot have a ZERO shift's dead borders");
      }
      List<ViewStep> steps = operand.steps();
      if (readers(value).stream().anyMatch(other -> !other.steps().equals(steps))) {
        return Optional.of("another reader needs the cells that a ZERO shift's dead borders take");
      }
      return Optional.empty();
    }
    RingReach reach = RingReach.of(map);
    if (reach.isZero()) {
      return Optional.empty();
    }
    if (map.ringChannels() != value.shape().channels()) {
      return Optional.of("a RING shift over a window wraps inside its region");
    }
    return joined.contains(value)
        ? Optional.of("a value of a concat has no room for a RING shift's guards")
        : Optional.empty();
  }

  private List<Operand> readers(Value value) {
    return readers.getOrDefault(value, List.of());
  }
}
