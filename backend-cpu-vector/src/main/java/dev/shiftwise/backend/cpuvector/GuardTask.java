package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.Placement;

/**
 * What a producer stores around its value so that shifted readers may read flat: copies of a ring's
 * other end, zeros between planes, and those dead cells that the kernel has not cleared. Runs when
 * the value is complete.
 */
final class GuardTask implements Task {
  private final PlaneKernels kernels;
  private final Placement value;
  private final CopyTask ring;
  private final long gap;
  private final DeadCells dead;

  /**
   * Makes a task.
   *
   * @param guards what is left to be filled
   */
  GuardTask(PlaneKernels kernels, Placement value, Guards guards) {
    this.kernels = kernels;
    this.value = value;
    Pieces copies = new Pieces();
    for (Guards.RingCopy copy : guards.ringCopies()) {
      copies.add(copy.to(), copy.from(), copy.count());
    }
    this.ring = new CopyTask(kernels, copies);
    this.gap = guards.gap();
    this.dead = new DeadCells(kernels, value, guards.deadBorders());
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    fill(base);
  }

  /** Fills the guards in the slab at an address. */
  void fill(long base) {
    ring.runAll(base);
    int channels = value.shape().channels();
    if (gap > 0) {
      // In front of each plane and behind the last.
      long first = base + (value.offset() - gap) * Float.BYTES;
      kernels.clear(
          first, value.planePitch() * Float.BYTES, channels + 1, 0, 1, Math.toIntExact(gap));
    }
    dead.clear(base, 0, channels, 0, value.shape().plane());
  }
}
