package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.plan.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Which values find the gaps between their planes zero already: in a stage of equal layers, each
 * takes over the gaps of the one that stood there before.
 */
final class Gaps {
  private record Written(Placement value, Guards guards) {
    /** First element that may be written, gaps and ring copies included. */
    long from() {
      long from = value.offset() - guards.gap();
      for (Guards.RingCopy copy : guards.ringCopies()) {
        from = Math.min(from, copy.to());
      }
      return from;
    }

    long to() {
      long to = value.plane(value.shape().channels());
      for (Guards.RingCopy copy : guards.ringCopies()) {
        to = Math.max(to, copy.to() + copy.count());
      }
      return to;
    }

    /** Whether what is a gap here is a gap there, of zeros. */
    boolean hasGapsOf(Written other) {
      return guards.gap() == other.guards.gap()
          && value.offset() == other.value.offset()
          && value.planePitch() == other.value.planePitch()
          && value.shape().channels() == other.value.shape().channels()
          && value.shape().plane() == other.value.shape().plane();
    }
  }

  /** In the order of a run. */
  private final List<Written> written = new ArrayList<>();

  private final int inputs;

  Gaps(MemoryPlan plan) {
    for (Staging staging : plan.inputs()) {
      written.add(new Written(staging.destination(), staging.guards()));
    }
    this.inputs = written.size();
    for (Step step : plan.steps()) {
      written.add(new Written(step.destination(), step.guards()));
    }
  }

  /**
   * Returns whether the gaps of a step's value are zero when the step begins, in every run: asks
   * who wrote there last, in this run or in the one before.
   */
  boolean areZero(int step) {
    int at = inputs + step;
    Written mine = written.get(at);
    for (int back = 1; back < written.size(); back++) {
      Written before = written.get(Math.floorMod(at - back, written.size()));
      if (before.from() < mine.to() && mine.from() < before.to()) {
        return before.hasGapsOf(mine);
      }
    }
    // The slab begins with zeros, and nobody else writes here.
    return true;
  }
}
