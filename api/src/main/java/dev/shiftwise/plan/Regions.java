package dev.shiftwise.plan;

import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.plan.PlaneLives.Life;
import dev.shiftwise.plan.PlaneLives.Plane;
import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts values that share planes into one region: a concat's operands are windows of its result.
 *
 * <p>A region is a row of places. Joining a concat asks that a window of the operand stands where
 * the concat wants it; that holds if the two rows, laid over each other so, never want two planes
 * in one place that are alive at once. So the nested concats of a sliding window (the shortcut
 * shift) end up in one region, what joins one half of a value takes the place of the other half
 * that nobody reads any more, and an operand that is already fixed elsewhere gets a copy.
 */
final class Regions {

  /**
   * A growing row of places, each with the planes that stand there one after another. Places may be
   * negative until the region is laid out.
   */
  static final class Region {
    private final Map<Integer, Set<Plane>> planes = new HashMap<>();
    private final Set<Value> values = new LinkedHashSet<>();
  }

  private final Map<Value, Region> regions = new HashMap<>();
  private final Map<Value, Integer> places = new HashMap<>();
  private final Map<Value, List<Plane>> planes = new HashMap<>();
  private final PlaneLives lives;
  private final List<Node> nodes = new ArrayList<>();
  private final List<PlannedCopy> copies = new ArrayList<>();
  private int nextId;

  private Regions(Network network) {
    nextId = network.inputs().size() + network.nodes().size();
    lives = new PlaneLives(network);
    network.inputs().forEach(this::open);
    for (int i = 0; i < network.nodes().size(); i++) {
      Node node = network.nodes().get(i);
      if (node.operator() instanceof Concat) {
        join(node, i);
      } else {
        open(node.output());
        nodes.add(node);
      }
    }
  }

  static Regions of(Network network) {
    return new Regions(network);
  }

  /** The nodes that remain to be run: concats are gone, copies may have come. */
  List<Node> nodes() {
    return nodes;
  }

  /** The copies that concats needed. */
  List<PlannedCopy> copies() {
    return copies;
  }

  /** The regions, each once, in the order of their first value. */
  List<Region> regions() {
    List<Region> distinct = new ArrayList<>();
    Set<Region> seen = new LinkedHashSet<>();
    places.keySet().stream()
        .sorted((a, b) -> Integer.compare(a.id(), b.id()))
        .forEach(value -> seen.add(regionOf(value)));
    distinct.addAll(seen);
    return distinct;
  }

  Set<Value> values(Region region) {
    return region.values;
  }

  Region regionOf(Value value) {
    Region region = regions.get(value);
    if (region == null) {
      throw new IllegalStateException("'" + value.name() + "' has no region");
    }
    return region;
  }

  /** The number of planes of a region. */
  int planes(Region region) {
    return last(region) - first(region) + 1;
  }

  /** The place of a value's first plane in its region, from 0. */
  int place(Value value) {
    return rawPlace(value) - first(regionOf(value));
  }

  private int rawPlace(Value value) {
    Integer place = places.get(value);
    if (place == null) {
      throw new IllegalStateException("'" + value.name() + "' has no place");
    }
    return place;
  }

  private static int first(Region region) {
    return region.planes.keySet().stream().mapToInt(Integer::intValue).min().orElse(0);
  }

  private static int last(Region region) {
    return region.planes.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
  }

  private void open(Value value) {
    Region region = new Region();
    region.values.add(value);
    List<Plane> own = new ArrayList<>();
    for (int c = 0; c < value.shape().channels(); c++) {
      own.add(new Plane(value, c));
      region.planes.put(c, new LinkedHashSet<>(Set.of(own.getLast())));
    }
    planes.put(value, own);
    regions.put(value, region);
    places.put(value, 0);
  }

  private void join(Node concat, int index) {
    Value result = concat.output();
    Region region = new Region();
    region.values.add(result);
    regions.put(result, region);
    places.put(result, 0);
    List<Plane> wanted = new ArrayList<>();
    for (Operand operand : concat.inputs()) {
      wanted.addAll(seen(operand.value(), windowOf(operand)));
    }
    int channel = 0;
    for (int i = 0; i < concat.inputs().size(); i++) {
      Operand operand = concat.inputs().get(i);
      Window window = windowOf(operand);
      if (!lay(operand.value(), window.first(), result, channel, wanted)) {
        Value copy = addCopy(result.name() + ".copy" + i, operand, index);
        for (int c = 0; c < window.count(); c++) {
          wanted.set(channel + c, new Plane(copy, c));
        }
        if (!lay(copy, 0, result, channel, wanted)) {
          throw new IllegalStateException("a fresh copy fits any concat");
        }
      }
      channel += window.count();
    }
    planes.put(result, wanted);
  }

  private Value addCopy(String name, Operand operand, int index) {
    Value copy = new Value(nextId++, name, operand.shape());
    nodes.add(new Node(new Copy(), List.of(operand), copy));
    copies.add(
        new PlannedCopy(
            name,
            copy.shape().elements() * Float.BYTES,
            "'" + operand.value().name() + "' already stands elsewhere"));
    open(copy);
    List<Plane> copied = seen(operand.value(), windowOf(operand));
    for (int c = 0; c < copied.size(); c++) {
      lives.add(new Plane(copy, c), new Life(index, lives.of(copied.get(c)).last()));
    }
    return copy;
  }

  private List<Plane> seen(Value value, Window window) {
    List<Plane> all = planes.get(value);
    if (all == null) {
      throw new IllegalStateException("'" + value.name() + "' is joined before it is made");
    }
    return all.subList(window.first(), window.first() + window.count());
  }

  private static Window windowOf(Operand operand) {
    if (operand.map() instanceof NormalMap normal) {
      return normal.asWindow().orElseThrow();
    }
    throw new IllegalStateException("'" + operand + "' reaches a concat through a copy");
  }

  /**
   * Lays a value's region over the result's so that the value's channel stands at the result's, if
   * no place then holds two planes that are alive at once, or one beside another that the result
   * wants there.
   */
  private boolean lay(
      Value value, int valueChannel, Value result, int resultChannel, List<Plane> wanted) {
    Region from = regionOf(value);
    Region into = regionOf(result);
    int start = rawPlace(result);
    int move = start + resultChannel - (rawPlace(value) + valueChannel);
    if (from == into) {
      return move == 0;
    }
    for (Map.Entry<Integer, Set<Plane>> entry : from.planes.entrySet()) {
      int place = entry.getKey() + move;
      Set<Plane> there = into.planes.getOrDefault(place, Set.of());
      boolean inResult = place >= start && place < start + wanted.size();
      for (Plane plane : entry.getValue()) {
        if (there.stream().anyMatch(other -> clash(plane, other))
            || (inResult && clash(plane, wanted.get(place - start)))) {
          return false;
        }
      }
    }
    from.planes.forEach(
        (place, moved) ->
            into.planes.computeIfAbsent(place + move, _ -> new LinkedHashSet<>()).addAll(moved));
    for (Value moved : from.values) {
      regions.put(moved, into);
      places.put(moved, rawPlace(moved) + move);
      into.values.add(moved);
    }
    return true;
  }

  private boolean clash(Plane plane, Plane other) {
    return !plane.equals(other) && lives.of(plane).overlaps(lives.of(other));
  }
}
