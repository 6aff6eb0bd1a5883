package dev.shiftwise.plan;

import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where everything lives and in which order it is computed: one slab, every value at its place in
 * it, every shift and shortcut an address.
 *
 * <p>The plan is made once, before anything runs, by one algorithm for all backends: operators that
 * the backend lacks are lowered; every shifted operand is read in place or through one listed copy;
 * concats become windows of one region; regions whose lives do not overlap share bytes. Offsets are
 * elements (float32) from the slab's start. Immutable; safe for any thread.
 *
 * @param network the network as it is run, after lowering and with the copies added
 * @param layout what the backend asked for
 * @param images images that the slab holds at once
 * @param inputs where the network's inputs are staged, in their order
 * @param steps the kernel calls in order
 * @param outputs where the network's outputs are read from, by name
 * @param entries every value with its place and life, for printing and drawing
 * @param copies every copy that was added
 * @param sizes what it costs
 */
public record MemoryPlan(
    Network network,
    Layout layout,
    int images,
    List<Staging> inputs,
    List<Step> steps,
    Map<String, Source> outputs,
    List<Entry> entries,
    List<PlannedCopy> copies,
    Sizes sizes) {

  /**
   * A value's place and life.
   *
   * @param value the value's name
   * @param placement where it stands
   * @param firstStep the step that makes it; -1 for an input
   * @param lastStep the last step that reads it; the number of steps for an output
   */
  public record Entry(String value, Placement placement, int firstStep, int lastStep) {}

  /**
   * What a plan costs, in bytes, for the images that the slab holds.
   *
   * @param slab the slab
   * @param peakLive the largest sum of regions alive at one step: no slab can be smaller
   * @param naive every value in memory of its own
   * @param guards elements stored around values for shifted readers
   */
  public record Sizes(long slab, long peakLive, long naive, long guards) {}

  /** Copies the lists. Use {@link #of}. */
  public MemoryPlan {
    inputs = List.copyOf(inputs);
    steps = List.copyOf(steps);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    entries = List.copyOf(entries);
    copies = List.copyOf(copies);
  }

  /**
   * Plans a network for a backend.
   *
   * @param network what to compute
   * @param capabilities what the backend has kernels for
   * @param layout how it wants feature maps to stand
   * @param maxBatch the largest batch, at least 1
   * @throws UnsupportedOperatorException if the backend does not run an operator and it has no
   *     simpler form
   * @throws IllegalArgumentException if {@code maxBatch} is below 1 or the slab's size overflows
   */
  public static MemoryPlan of(
      Network network, Capabilities capabilities, Layout layout, int maxBatch) {
    if (maxBatch < 1) {
      throw new IllegalArgumentException("maxBatch is " + maxBatch + ", wanted at least 1");
    }
    ShiftPaths.Result paths =
        ShiftPaths.choose(Lowering.lower(network, capabilities), capabilities, layout);
    int images = layout.batch() == Layout.BatchOrder.WHOLE_BATCH ? maxBatch : 1;
    return new Planner(paths.network(), layout, images).plan(paths.copies());
  }

  /**
   * Checks that every address that a step, a guard or an output uses lies in the slab. A backend
   * whose kernels use raw addresses asks once, when it loads the plan: plans made by {@link #of}
   * pass, and one put together by hand cannot make it touch memory that is not its own.
   *
   * @throws IllegalArgumentException if one does not, naming its node
   */
  public void requireInsideSlab() {
    PlanBounds.check(this);
  }

  /**
   * Returns whether no other value is laid into a value's planes or between its images, as the
   * parts of a concat are.
   */
  public boolean standsAlone(Value value) {
    return network.nodes().stream()
        .filter(node -> node.operator() instanceof Concat)
        .noneMatch(
            node ->
                node.output().equals(value)
                    || node.inputs().stream().anyMatch(part -> part.value().equals(value)));
  }

  /** Returns the slab's size in bytes. */
  public long slabBytes() {
    return sizes.slab();
  }

  /** Returns the bytes written by the copies that were added, for one image. */
  public long copiedBytes() {
    return copies.stream().mapToLong(PlannedCopy::bytes).sum();
  }

  /** Prints every value's place, size and life, the guards and the copies left. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("plan of ").append(network.name()).append('\n');
    text.append(
        String.format(
            Locale.ROOT,
            "%-28s %14s %12s %12s %8s%n",
            "value",
            "shape",
            "offset",
            "bytes",
            "steps"));
    for (Entry entry : entries) {
      Shape shape = entry.placement().shape();
      text.append(
          String.format(
              Locale.ROOT,
              "%-28s %14s %12d %12d %8s%n",
              entry.value(),
              shape,
              entry.placement().offset() * Float.BYTES,
              shape.channels() * entry.placement().planePitch() * Float.BYTES,
              entry.firstStep() + "-" + entry.lastStep()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "slab %d bytes for %d image%s; live at most %d; each value on its own %d (saved %d)%n",
            sizes.slab(),
            images,
            images == 1 ? "" : "s",
            sizes.peakLive(),
            sizes.naive(),
            Math.max(0, sizes.naive() - sizes.slab())));
    text.append(String.format(Locale.ROOT, "guards %d bytes%n", sizes.guards()));
    text.append(String.format(Locale.ROOT, "copies %d, staging of inputs aside", copies.size()));
    for (PlannedCopy copy : copies) {
      text.append(
          String.format(
              Locale.ROOT, "%n  %s: %d bytes, %s", copy.node(), copy.bytes(), copy.reason()));
    }
    return text.toString();
  }
}
