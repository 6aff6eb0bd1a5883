package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.view.AddressMap;

/** Moves inside the slab, bit for bit. Long stretches are cut, so that workers can share them. */
final class CopyTask implements Task {
  private static final int MOST_PARTS = 32;

  /** Elements of the longest stretch. */
  private static final long LONGEST = 16 << 10;

  private final PlaneKernels planes;
  private final Pieces pieces = new Pieces();

  /** Makes a task that copies the given stretches, in elements of the slab. */
  CopyTask(PlaneKernels planes, Pieces wanted) {
    this.planes = planes;
    for (int i = 0; i < wanted.count(); i++) {
      long from = wanted.from(i);
      for (long done = 0; done < wanted.length(i); done += LONGEST) {
        pieces.add(
            wanted.to(i) + done,
            from == AddressMap.NOWHERE ? from : from + done,
            Math.min(LONGEST, wanted.length(i) - done));
      }
    }
  }

  /** Writes a view out to a place. */
  static CopyTask of(PlaneKernels planes, Source from, Placement to) {
    Pieces wanted = new Pieces();
    from.forEachPiece((at, index, length) -> addTo(wanted, to, at, index, length));
    return new CopyTask(planes, wanted);
  }

  /** Adds a piece of a view, cut where the place has gaps between its planes. */
  static void addTo(Pieces wanted, Placement to, long at, long index, long length) {
    long plane = to.shape().plane();
    for (long done = 0; done < length; ) {
      long j = at + done;
      long part = to.isDense() ? length : Math.min(length - done, plane - j % plane);
      wanted.add(
          to.offset() + j / plane * to.planePitch() + j % plane,
          index == AddressMap.NOWHERE ? index : index + done,
          part);
      done += part;
    }
  }

  @Override
  public int parts() {
    return Math.clamp(pieces.count(), 1, MOST_PARTS);
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    copy(
        Task.begin(part, parts(), pieces.count()),
        Task.begin(part + 1, parts(), pieces.count()),
        base);
  }

  /** Runs all parts. */
  void runAll(long base) {
    copy(0, pieces.count(), base);
  }

  private void copy(int begin, int end, long base) {
    for (int i = begin; i < end; i++) {
      long to = base + pieces.to(i) * Float.BYTES;
      if (pieces.from(i) == AddressMap.NOWHERE) {
        planes.fill(to, pieces.length(i), 0f);
      } else {
        planes.copy(base + pieces.from(i) * Float.BYTES, to, pieces.length(i));
      }
    }
  }
}
