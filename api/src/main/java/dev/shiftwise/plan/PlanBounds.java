package dev.shiftwise.plan;

import dev.shiftwise.network.Copy;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.NormalMap;

/** Checks that a plan's addresses stay inside its slab, once, so that kernels need not. */
final class PlanBounds {
  private final long slab;

  private PlanBounds(long slab) {
    this.slab = slab;
  }

  static void check(MemoryPlan plan) {
    PlanBounds bounds = new PlanBounds(plan.slabBytes() / Float.BYTES);
    int last = plan.images() - 1;
    for (Staging staging : plan.inputs()) {
      bounds.check(staging.input().name(), staging.destination(), staging.guards(), last);
    }
    for (Step step : plan.steps()) {
      String name = step.node().name();
      for (Source source : step.sources()) {
        boolean flat =
            !(step.node().operator() instanceof Copy)
                && source.map() instanceof NormalMap map
                && (plan.layout().guards() || map.asWindow().isPresent());
        bounds.check(name, source, flat, last);
      }
      bounds.check(name, step.destination(), step.guards(), last);
    }
    plan.outputs().forEach((name, source) -> bounds.check(name, source, false, last));
  }

  private void check(String name, Placement to, Guards guards, int last) {
    for (int c = 0; c < to.shape().channels(); c++) {
      range(name, to, to.plane(c), to.shape().plane(), last);
    }
    for (Guards.RingCopy ring : guards.ringCopies()) {
      range(name, to, ring.from(), ring.count(), last);
      range(name, to, ring.to(), ring.count(), last);
    }
    for (int c = 0; guards.gap() > 0 && c <= to.shape().channels(); c++) {
      range(name, to, to.plane(c) - guards.gap(), guards.gap(), last);
    }
  }

  private void check(String name, Source source, boolean flat, int last) {
    if (flat) {
      for (int c = 0; c < source.map().shape().channels(); c++) {
        range(name, source.placement(), source.flat(c), source.map().shape().plane(), last);
      }
    } else {
      source.forEachPiece(
          (to, from, length) -> {
            if (from != AddressMap.NOWHERE) {
              range(name, source.placement(), from, length, last);
            }
          });
    }
  }

  private void range(String name, Placement placement, long from, long count, int last) {
    long end = Math.addExact(from, count) + last * placement.imagePitch();
    if (from < 0 || end > slab) {
      throw new IllegalArgumentException(
          "plan: '"
              + name
              + "' uses elements "
              + from
              + " to "
              + end
              + ", wanted them inside the slab's "
              + slab);
    }
  }
}
