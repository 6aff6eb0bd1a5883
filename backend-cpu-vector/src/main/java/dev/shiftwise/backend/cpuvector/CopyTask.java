package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.view.AddressMap;
import java.util.Arrays;

/**
 * A view written out, bit for bit: a list of stretches to copy and of zeros, made once. Longer
 * stretches are cut, so that workers can share them.
 */
final class CopyTask implements Task {
  private static final int MOST_PARTS = 32;

  /** Elements of the longest stretch. */
  private static final long LONGEST = 16 << 10;

  private static final int FIELDS = 3;

  private final PlaneKernels planes;
  private final long[] stretches;
  private final int count;

  private CopyTask(PlaneKernels planes, long[] stretches, int count) {
    this.planes = planes;
    this.stretches = stretches;
    this.count = count;
  }

  /** Collects stretches. */
  static final class Builder {
    private long[] stretches = new long[FIELDS];
    private int count;

    /** Adds a stretch, in elements of the slab; {@link AddressMap#NOWHERE} for zeros. */
    void add(long to, long from, long length) {
      for (long done = 0; done < length; done += LONGEST) {
        if ((count + 1) * FIELDS > stretches.length) {
          stretches = Arrays.copyOf(stretches, stretches.length * 2);
        }
        int at = count++ * FIELDS;
        stretches[at] = to + done;
        stretches[at + 1] = from == AddressMap.NOWHERE ? from : from + done;
        stretches[at + 2] = Math.min(LONGEST, length - done);
      }
    }

    CopyTask build(PlaneKernels planes) {
      return new CopyTask(planes, Arrays.copyOf(stretches, count * FIELDS), count);
    }
  }

  /** Copies a view to a place. */
  static CopyTask of(PlaneKernels planes, Source from, Placement to) {
    Builder builder = new Builder();
    long plane = to.shape().plane();
    from.forEachPiece(
        (at, index, length) -> {
          for (long done = 0; done < length; ) {
            long j = at + done;
            long part = to.isDense() ? length : Math.min(length - done, plane - j % plane);
            builder.add(
                to.offset() + j / plane * to.planePitch() + j % plane,
                index == AddressMap.NOWHERE ? index : index + done,
                part);
            done += part;
          }
        });
    return builder.build(planes);
  }

  @Override
  public int parts() {
    return Math.clamp(count, 1, MOST_PARTS);
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    copy(Task.begin(part, parts(), count), Task.begin(part + 1, parts(), count), base);
  }

  /** Runs all parts. */
  void runAll(long base) {
    copy(0, count, base);
  }

  private void copy(int begin, int end, long base) {
    for (int i = begin; i < end; i++) {
      long target = base + stretches[i * FIELDS] * Float.BYTES;
      long from = stretches[i * FIELDS + 1];
      long length = stretches[i * FIELDS + 2];
      if (from == AddressMap.NOWHERE) {
        planes.fill(target, length, 0f);
      } else {
        planes.copy(base + from * Float.BYTES, target, length);
      }
    }
  }
}
