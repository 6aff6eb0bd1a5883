package dev.shiftwise.plan;

import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When each plane of a network is written and when it is read last, as places in the order of its
 * nodes. A concat passes planes on, so a plane lives as long as what it became part of.
 */
final class PlaneLives {
  /** Before the first node and behind the last: inputs and outputs belong to the caller. */
  private static final Life WHOLE_RUN = new Life(-1, Integer.MAX_VALUE);

  /** A plane of the value that computes it. */
  record Plane(Value value, int channel) {}

  /**
   * The time of a plane.
   *
   * @param first the node that writes it
   * @param last the last node that reads it
   */
  record Life(int first, int last) {
    /** Whether both are alive at some node; one that reads the one and writes the other counts. */
    boolean overlaps(Life other) {
      return first <= other.last && other.first <= last;
    }

    private Life until(int node) {
      return new Life(first, Math.max(last, node));
    }
  }

  private final Map<Value, List<Plane>> planes = new HashMap<>();
  private final Map<Plane, Life> lives = new HashMap<>();

  PlaneLives(Network network) {
    network.inputs().forEach(input -> open(input, WHOLE_RUN));
    for (int i = 0; i < network.nodes().size(); i++) {
      Node node = network.nodes().get(i);
      for (Operand operand : node.inputs()) {
        read(operand, i);
      }
      if (node.operator() instanceof Concat) {
        planes.put(node.output(), node.inputs().stream().flatMap(o -> seen(o).stream()).toList());
      } else {
        open(node.output(), new Life(i, i));
      }
    }
    network.outputs().values().forEach(output -> read(output, WHOLE_RUN.last()));
  }

  /** Returns the life of a plane. */
  Life of(Plane plane) {
    Life life = lives.get(plane);
    if (life == null) {
      throw new IllegalStateException("'" + plane.value().name() + "' is made by no node");
    }
    return life;
  }

  /** Notes the life of a plane that was added later. */
  void add(Plane plane, Life life) {
    lives.put(plane, life);
  }

  private void open(Value value, Life life) {
    List<Plane> own = new ArrayList<>();
    for (int c = 0; c < value.shape().channels(); c++) {
      Plane plane = new Plane(value, c);
      own.add(plane);
      lives.put(plane, life);
    }
    planes.put(value, own);
  }

  private void read(Operand operand, int node) {
    seen(operand).forEach(plane -> lives.computeIfPresent(plane, (_, life) -> life.until(node)));
  }

  /** The planes of a window, or all of them for a reader that sees anything else. */
  private List<Plane> seen(Operand operand) {
    List<Plane> all = planes.getOrDefault(operand.value(), List.of());
    Optional<Window> window =
        operand.map() instanceof NormalMap normal ? normal.asWindow() : Optional.empty();
    return window.map(seen -> all.subList(seen.first(), seen.first() + seen.count())).orElse(all);
  }
}
