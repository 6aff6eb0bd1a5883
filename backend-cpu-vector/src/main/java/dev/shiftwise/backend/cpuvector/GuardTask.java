package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.Displacement;
import java.util.Arrays;

/**
 * What a producer stores around its value so that shifted readers may read flat: copies of a ring's
 * other end, and zeros in dead borders and between planes. Runs when the value is complete.
 */
final class GuardTask implements Task {
  private final PlaneKernels planes;
  private final Place place;
  private final int channels;
  private final int height;
  private final int width;
  private final long gap;
  private final Displacement[] dead;
  private final CopyTask ring;

  private static final Displacement ALIVE = new Displacement(0, 0);

  GuardTask(PlaneKernels planes, Placement value, Guards guards) {
    this.planes = planes;
    this.place = Place.of(value);
    this.channels = value.shape().channels();
    this.height = value.shape().height();
    this.width = value.shape().width();
    this.gap = guards.gap();
    this.dead = new Displacement[guards.deadBorders().isEmpty() ? 0 : channels];
    Arrays.fill(dead, ALIVE);
    for (Guards.DeadBorder border : guards.deadBorders()) {
      Arrays.fill(dead, border.firstPlane(), border.firstPlane() + border.planes(), border.by());
    }
    Pieces copies = new Pieces();
    for (Guards.RingCopy copy : guards.ringCopies()) {
      copies.add(copy.to(), copy.from(), copy.count());
    }
    if (gap > 0) {
      // Behind the last plane; each plane's part clears the gap in front of it.
      copies.add(value.plane(channels) - gap, AddressMap.NOWHERE, gap);
    }
    this.ring = new CopyTask(planes, copies);
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
    if (gap > 0) {
      for (int c = 0; c < channels; c++) {
        planes.fill(base + place.plane(c) - gap * Float.BYTES, gap, 0f);
      }
    }
    for (int c = 0; c < dead.length; c++) {
      kill(base + place.plane(c), dead[c]);
    }
  }

  private void kill(long plane, Displacement by) {
    int rows = Math.abs(by.dy());
    if (rows > 0) {
      long first = by.dy() > 0 ? 0 : height - rows;
      planes.fill(plane + first * width * Float.BYTES, (long) rows * width, 0f);
    }
    int columns = Math.abs(by.dx());
    if (columns > 0) {
      int first = by.dx() > 0 ? 0 : width - columns;
      planes.fillColumns(plane + (long) first * Float.BYTES, columns, width, height);
    }
  }
}
