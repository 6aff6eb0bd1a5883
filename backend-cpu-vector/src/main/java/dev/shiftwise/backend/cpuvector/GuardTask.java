package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.view.Displacement;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * What a producer stores around its value so that shifted readers may read flat: copies of a ring's
 * other end, and zeros in dead borders and between planes. Runs when the value is complete.
 *
 * <p>Where to store is listed once: for small planes the arithmetic would cost more than the
 * stores.
 */
final class GuardTask implements Task {
  private static final Displacement ALIVE = new Displacement(0, 0);

  private final PlaneKernels planes;
  private final CopyTask ring;
  private final long[] stretches;
  private final long[] cells;

  GuardTask(PlaneKernels planes, Placement value, Guards guards) {
    this.planes = planes;
    Pieces copies = new Pieces();
    for (Guards.RingCopy copy : guards.ringCopies()) {
      copies.add(copy.to(), copy.from(), copy.count());
    }
    this.ring = new CopyTask(planes, copies);
    int channels = value.shape().channels();
    Displacement[] dead = new Displacement[channels];
    Arrays.fill(dead, ALIVE);
    for (Guards.DeadBorder border : guards.deadBorders()) {
      Arrays.fill(dead, border.firstPlane(), border.firstPlane() + border.planes(), border.by());
    }
    this.stretches = guards.gap() == 0 ? new long[0] : stretches(value, dead, guards.gap());
    this.cells = cells(value, dead);
  }

  /** The gap in front of each channel and behind the last, with the dead rows at its two ends. */
  private static long[] stretches(Placement value, Displacement[] dead, long gap) {
    int width = value.shape().width();
    long[] stretches = new long[2 * (dead.length + 1)];
    for (int c = 0; c <= dead.length; c++) {
      long above = c > 0 ? Math.max(0, -dead[c - 1].dy()) : 0;
      long below = c < dead.length ? Math.max(0, dead[c].dy()) : 0;
      stretches[2 * c] = (value.plane(c) - gap - above * width) * Float.BYTES;
      stretches[2 * c + 1] = gap + (above + below) * width;
    }
    return stretches;
  }

  /** The dead columns of each channel. */
  private static long[] cells(Placement value, Displacement[] dead) {
    LongStream.Builder cells = LongStream.builder();
    int width = value.shape().width();
    for (int c = 0; c < dead.length; c++) {
      int columns = Math.abs(dead[c].dx());
      int first = dead[c].dx() > 0 ? 0 : width - columns;
      for (int y = 0; y < value.shape().height(); y++) {
        for (int x = first; x < first + columns; x++) {
          cells.add((value.plane(c) + (long) y * width + x) * Float.BYTES);
        }
      }
    }
    return cells.build().toArray();
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
    planes.clearStretches(base, stretches);
    planes.clearCells(base, cells);
  }
}
