package dev.shiftwise.plan;

import dev.shiftwise.view.Displacement;
import java.util.List;

/**
 * What a value's producer stores besides the value, so that shifted readers may read flat. Offsets
 * are elements of the slab, for image 0.
 *
 * @param ringCopies copies of one end of the ring behind its other end
 * @param deadBorders rows and columns that the only reader never reads as themselves, zeroed
 * @param gap elements of zeros before the first plane, between planes and after the last
 */
public record Guards(List<RingCopy> ringCopies, List<DeadBorder> deadBorders, long gap) {

  /** No guards. */
  public static final Guards NONE = new Guards(List.of(), List.of(), 0);

  /**
   * A copy of one end of a ring to the other, made when the value is complete.
   *
   * @param to first element written
   * @param from first element read
   * @param count number of elements
   */
  public record RingCopy(long to, long from, long count) {}

  /**
   * Planes whose border is dead: read at {@code by} under ZERO, a positive {@code dx} never needs
   * the first {@code dx} columns, a negative one the last, and rows likewise. Zeros there make flat
   * reads that run over a row's end exact.
   *
   * @param firstPlane first channel of the value
   * @param planes number of channels
   * @param by the displacement they are read at
   */
  public record DeadBorder(int firstPlane, int planes, Displacement by) {}

  /** Copies the lists. */
  public Guards {
    ringCopies = List.copyOf(ringCopies);
    deadBorders = List.copyOf(deadBorders);
  }

  /** Returns whether there is nothing to fill. */
  public boolean isEmpty() {
    return ringCopies.isEmpty() && deadBorders.isEmpty() && gap == 0;
  }
}
