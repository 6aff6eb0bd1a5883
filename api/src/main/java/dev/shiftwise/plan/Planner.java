package dev.shiftwise.plan;

import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Read;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Lays a network without copies left to decide into one slab. */
final class Planner {
  private final Network network;
  private final Layout layout;
  private final int images;
  private final Regions regions;
  private final Map<Value, Integer> firstStep = new HashMap<>();
  private final Map<Value, Integer> lastStep = new HashMap<>();
  private final Map<Value, List<NormalMap>> flatReaders = new HashMap<>();
  private final Map<Value, Placement> placements = new HashMap<>();
  private final Map<Value, Guards> guards = new HashMap<>();

  Planner(Network network, Layout layout, int images) {
    this.network = network;
    this.layout = layout;
    this.images = images;
    this.regions = Regions.of(network);
  }

  /**
   * Lays everything out.
   *
   * @throws IllegalArgumentException if the slab's size overflows
   */
  MemoryPlan plan(List<PlannedCopy> shiftCopies) {
    try {
      return layOutAll(shiftCopies);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "network '"
              + network.name()
              + "' needs a slab of more than 2^63 bytes for "
              + images
              + " images, wanted smaller feature maps or a smaller batch",
          e);
    }
  }

  private MemoryPlan layOutAll(List<PlannedCopy> shiftCopies) {
    findLives();
    List<Region> laid = regions.regions().stream().map(this::layOut).toList();
    long alignment = layout.alignment() / Float.BYTES;
    List<SlabAllocator.Block> blocks = laid.stream().map(Region::block).toList();
    long[] offsets = SlabAllocator.place(blocks, alignment);
    long slab = 0;
    for (int i = 0; i < offsets.length; i++) {
      slab = Math.max(slab, Math.addExact(offsets[i], blocks.get(i).size()));
      laid.get(i).settle(offsets[i]);
    }
    return new MemoryPlan(
        network,
        layout,
        images,
        network.inputs().stream()
            .map(input -> new Staging(input, placement(input), guards(input)))
            .toList(),
        regions.nodes().stream().map(this::step).toList(),
        outputs(),
        entries(),
        Stream.concat(shiftCopies.stream(), regions.copies().stream()).toList(),
        new MemoryPlan.Sizes(
            bytes(slab), bytes(SlabAllocator.peak(blocks)), naiveBytes(), guardBytes(laid)));
  }

  private static long bytes(long elements) {
    return Math.multiplyExact(elements, (long) Float.BYTES);
  }

  // ---- lives ----

  private void findLives() {
    List<Node> nodes = regions.nodes();
    network.inputs().forEach(input -> live(input, -1));
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      live(node.output(), i);
      for (Operand operand : node.inputs()) {
        live(operand.value(), i);
        if (layout.guards() && operand.map() instanceof NormalMap map && !isCopy(node)) {
          flatReaders.computeIfAbsent(operand.value(), _ -> new ArrayList<>()).add(map);
        }
      }
    }
    network.outputs().values().forEach(output -> live(output.value(), nodes.size()));
  }

  /** A copy follows the view piece by piece and needs no guards. */
  private static boolean isCopy(Node node) {
    return node.operator() instanceof Copy;
  }

  private void live(Value value, int step) {
    firstStep.merge(value, step, Math::min);
    lastStep.merge(value, step, Math::max);
  }

  // ---- regions ----

  /** A region with its size, waiting for its place in the slab. */
  private record Region(
      Regions.Region members, SlabAllocator.Block block, long before, Settle settling) {
    void settle(long offset) {
      settling.at(offset + before);
    }
  }

  @FunctionalInterface
  private interface Settle {
    void at(long offset);
  }

  private Region layOut(Regions.Region region) {
    Value any = regions.values(region).iterator().next();
    long plane = any.shape().plane();
    boolean alone = regions.values(region).size() == 1;
    List<NormalMap> readers = alone ? flatReaders.getOrDefault(any, List.of()) : List.of();
    RingReach reach = readers.stream().map(RingReach::of).reduce(RingReach.NONE, RingReach::or);
    long gap = readers.stream().mapToLong(Planner::zeroGap).max().orElse(0);
    long pitch = plane + gap;
    int planes = regions.planes(region);
    long alignment = layout.alignment() / Float.BYTES;
    long before = SlabAllocator.roundUp(Math.max(reach.before(), gap), alignment);
    long image =
        SlabAllocator.roundUp(
            Math.addExact(
                Math.multiplyExact(planes, pitch), before - gap + Math.max(reach.after(), gap)),
            alignment);
    int first = Integer.MAX_VALUE;
    int last = Integer.MIN_VALUE;
    for (Value value : regions.values(region)) {
      first = Math.min(first, firstStep.getOrDefault(value, Integer.MAX_VALUE));
      last = Math.max(last, lastStep.getOrDefault(value, Integer.MIN_VALUE));
    }
    SlabAllocator.Block block =
        new SlabAllocator.Block(Math.multiplyExact(image, (long) images), first, last);
    return new Region(
        region,
        block,
        before,
        offset -> {
          for (Value value : regions.values(region)) {
            placements.put(
                value,
                new Placement(offset + regions.place(value) * pitch, pitch, image, value.shape()));
          }
          guards.put(any, guardsOf(placement(any), readers, reach, gap));
        });
  }

  private static long zeroGap(NormalMap map) {
    return map.spans().stream()
        .mapToLong(
            span ->
                span.read() instanceof Read.Zero(Displacement by)
                    ? Math.abs(by.dy()) * (long) map.source().width() + Math.abs(by.dx())
                    : 0)
        .max()
        .orElse(0);
  }

  private static Guards guardsOf(
      Placement placement, List<NormalMap> readers, RingReach reach, long gap) {
    long ring = placement.shape().elements();
    List<Guards.RingCopy> copies = new ArrayList<>();
    if (reach.before() > 0) {
      copies.add(
          new Guards.RingCopy(
              placement.offset() - reach.before(),
              placement.offset() + ring - reach.before(),
              reach.before()));
    }
    if (reach.after() > 0) {
      copies.add(new Guards.RingCopy(placement.offset() + ring, placement.offset(), reach.after()));
    }
    List<Guards.DeadBorder> dead = new ArrayList<>();
    if (gap > 0) {
      // Readers of a value with dead borders all read alike (ShiftPaths), so one stands for all.
      NormalMap map = readers.getFirst();
      for (NormalMap.Span span : map.spans()) {
        if (span.read() instanceof Read.Zero(Displacement by)) {
          addDead(dead, map, span, by);
        }
      }
    }
    return new Guards(copies, dead, gap);
  }

  /** A span's ring places are consecutive, and so are the planes of a contiguous ring. */
  private static void addDead(
      List<Guards.DeadBorder> dead, NormalMap map, NormalMap.Span span, Displacement by) {
    int first = map.ring().getFirst().first() + span.position();
    dead.add(new Guards.DeadBorder(first, span.channels(), by));
  }

  private Placement placement(Value value) {
    Placement placement = placements.get(value);
    if (placement == null) {
      throw new IllegalStateException("'" + value.name() + "' was not placed");
    }
    return placement;
  }

  private Guards guards(Value value) {
    return guards.getOrDefault(value, Guards.NONE);
  }

  // ---- results ----

  private Step step(Node node) {
    List<Source> sources = node.inputs().stream().map(this::source).toList();
    return new Step(node, sources, placement(node.output()), guards(node.output()));
  }

  private Source source(Operand operand) {
    return new Source(placement(operand.value()), operand.map());
  }

  private Map<String, Source> outputs() {
    Map<String, Source> outputs = new LinkedHashMap<>();
    network.outputs().forEach((name, operand) -> outputs.put(name, source(operand)));
    return outputs;
  }

  private List<MemoryPlan.Entry> entries() {
    return placements.keySet().stream()
        .sorted((a, b) -> Integer.compare(a.id(), b.id()))
        .map(
            value ->
                new MemoryPlan.Entry(
                    value.name(),
                    placement(value),
                    firstStep.getOrDefault(value, -1),
                    lastStep.getOrDefault(value, -1)))
        .toList();
  }

  private long naiveBytes() {
    return placements.keySet().stream()
        .mapToLong(value -> bytes(Math.multiplyExact(value.shape().elements(), (long) images)))
        .reduce(0, Math::addExact);
  }

  private long guardBytes(List<Region> laid) {
    long elements = 0;
    for (Region region : laid) {
      Value any = regions.values(region.members()).iterator().next();
      Guards own = guards(any);
      elements += own.ringCopies().stream().mapToLong(Guards.RingCopy::count).sum();
      elements += own.gap() * (regions.planes(region.members()) + 1L);
    }
    return bytes(Math.multiplyExact(elements, (long) images));
  }
}
