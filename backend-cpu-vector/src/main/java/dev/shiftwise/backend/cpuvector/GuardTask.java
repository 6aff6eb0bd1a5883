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
  private final Displacement[] dead;
  private final CopyTask stretches;

  private static final Displacement ALIVE = new Displacement(0, 0);

  GuardTask(PlaneKernels planes, Placement value, Guards guards) {
    this.planes = planes;
    this.place = Place.of(value);
    this.channels = value.shape().channels();
    this.height = value.shape().height();
    this.width = value.shape().width();
    this.dead = new Displacement[guards.deadBorders().isEmpty() ? 0 : channels];
    Arrays.fill(dead, ALIVE);
    for (Guards.DeadBorder border : guards.deadBorders()) {
      Arrays.fill(dead, border.firstPlane(), border.firstPlane() + border.planes(), border.by());
    }
    Pieces copies = new Pieces();
    for (Guards.RingCopy copy : guards.ringCopies()) {
      copies.add(copy.to(), copy.from(), copy.count());
    }
    if (dead.length > 0) {
      for (int c = 0; c <= channels; c++) {
        addRows(copies, value, c, guards.gap());
      }
    }
    this.stretches = new CopyTask(planes, copies);
  }

  /** Adds the gap in front of a channel, with the dead rows at its two ends, as one stretch. */
  private void addRows(Pieces copies, Placement value, int channel, long gap) {
    long above = channel > 0 ? Math.max(0, -dead[channel - 1].dy()) : 0;
    long below = channel < channels ? Math.max(0, dead[channel].dy()) : 0;
    copies.add(
        value.plane(channel) - gap - above * width,
        AddressMap.NOWHERE,
        gap + (above + below) * width);
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
    stretches.runAll(base);
    for (int c = 0; c < dead.length; c++) {
      int columns = Math.abs(dead[c].dx());
      if (columns > 0) {
        int first = dead[c].dx() > 0 ? 0 : width - columns;
        long from = base + place.plane(c) + (long) first * Float.BYTES;
        planes.fillColumns(from, columns, width, height);
      }
    }
  }
}
