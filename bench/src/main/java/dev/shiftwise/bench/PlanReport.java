package dev.shiftwise.bench;

import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Placement;
import java.util.List;

/**
 * A memory plan as a report tells it: enough to draw which bytes hold what, and when.
 *
 * @param images images that the slab holds at once
 * @param slabBytes the slab
 * @param peakLiveBytes the largest sum of what is alive at one step: no slab can be smaller
 * @param sumBytes every value in memory of its own
 * @param guardBytes elements stored around values for readers that are shifted
 * @param steps the kernel calls in order
 * @param values every value with its place and life
 * @param copies copies that the plan had to add, beside those asked for
 */
public record PlanReport(
    int images,
    long slabBytes,
    long peakLiveBytes,
    long sumBytes,
    long guardBytes,
    List<PlanStep> steps,
    List<PlanValue> values,
    List<AddedCopy> copies) {

  /** Copies the lists. */
  public PlanReport {
    steps = List.copyOf(steps);
    values = List.copyOf(values);
    copies = List.copyOf(copies);
  }

  /**
   * One kernel call.
   *
   * @param node the value that it makes
   * @param operator its kind
   */
  public record PlanStep(String node, String operator) {}

  /**
   * One value.
   *
   * @param name its name
   * @param shape of one image
   * @param offset of its first byte in the slab
   * @param bytes from its first byte to its last
   * @param firstStep the step that makes it; -1 for an input
   * @param lastStep the last step that reads it; the number of steps for an output
   */
  public record PlanValue(
      String name, String shape, long offset, long bytes, int firstStep, int lastStep) {}

  /**
   * One copy.
   *
   * @param node its name
   * @param bytes that it writes for one image
   * @param reason why it could not be an address
   */
  public record AddedCopy(String node, long bytes, String reason) {}

  /** Returns what there is to tell of a plan. */
  static PlanReport of(MemoryPlan plan) {
    return new PlanReport(
        plan.images(),
        plan.sizes().slab(),
        plan.sizes().peakLive(),
        plan.sizes().naive(),
        plan.sizes().guards(),
        plan.steps().stream()
            .map(step -> new PlanStep(step.node().output().name(), step.node().operator().kind()))
            .toList(),
        plan.entries().stream().map(entry -> value(entry, plan.images())).toList(),
        plan.copies().stream()
            .map(copy -> new AddedCopy(copy.node(), copy.bytes(), copy.reason()))
            .toList());
  }

  private static PlanValue value(MemoryPlan.Entry entry, int images) {
    Placement at = entry.placement();
    long between = Math.multiplyExact(images - 1L, images > 1 ? at.imagePitch() : 0);
    long elements = between + (at.shape().channels() - 1L) * at.planePitch() + at.shape().plane();
    return new PlanValue(
        entry.value(),
        at.shape().toString(),
        at.offset() * Float.BYTES,
        elements * Float.BYTES,
        entry.firstStep(),
        entry.lastStep());
  }
}
