package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.shiftwise.network.Resize;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;

/**
 * Bilinear resize, a row of the result at a time: first the two rows above and below become one in
 * scratch memory, by vectors; then each element is taken from two of its columns.
 */
final class ResizeTask implements Task {
  private static final int MOST_PARTS = 32;

  private final PlaneKernels planes;
  private final long[] sources;
  private final Place out;
  private final int width;
  private final int outWidth;
  private final Direction rows;
  private final Direction columns;
  private final int stretches;

  /**
   * Makes a task.
   *
   * @param sources for each channel where its pixel 0 is read, bytes from the slab's start
   */
  ResizeTask(PlaneKernels planes, Resize resize, Source in, long[] sources, Placement to) {
    this.planes = planes;
    this.sources = sources;
    this.out = Place.of(to);
    this.width = in.map().shape().width();
    this.outWidth = to.shape().width();
    this.rows = new Direction(resize.rows(), (long) width * Float.BYTES);
    this.columns = new Direction(resize.columns(), Float.BYTES);
    this.stretches = Math.multiplyExact(sources.length, to.shape().height());
  }

  /** A direction's entries, in bytes, and the shares of both. */
  private static final class Direction {
    private final long[] first;
    private final long[] second;
    private final float[] shareOfFirst;
    private final float[] share;

    Direction(Resize.Axis axis, long pitch) {
      int size = axis.size();
      first = new long[size];
      second = new long[size];
      shareOfFirst = new float[size];
      share = new float[size];
      for (int i = 0; i < size; i++) {
        first[i] = axis.first(i) * pitch;
        second[i] = axis.second(i) * pitch;
        shareOfFirst[i] = 1 - axis.fraction(i);
        share[i] = axis.fraction(i);
      }
    }
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, stretches);
  }

  @Override
  public long scratchBytes() {
    return (long) width * Float.BYTES;
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int height = stretches / sources.length;
    int to = Task.begin(part + 1, parts(), stretches);
    for (int s = Task.begin(part, parts(), stretches); s < to; s++) {
      int channel = s / height;
      int row = s % height;
      long plane = base + sources[channel];
      planes.blend(
          plane + rows.first[row],
          rows.shareOfFirst[row],
          plane + rows.second[row],
          rows.share[row],
          scratch.address,
          width);
      across(scratch.address, base + out.plane(channel) + (long) row * outWidth * Float.BYTES);
    }
  }

  private void across(long row, long result) {
    for (int j = 0; j < outWidth; j++) {
      float first = NativeMemory.ALL.get(JAVA_FLOAT_UNALIGNED, row + columns.first[j]);
      float second = NativeMemory.ALL.get(JAVA_FLOAT_UNALIGNED, row + columns.second[j]);
      NativeMemory.ALL.set(
          JAVA_FLOAT_UNALIGNED,
          result + (long) j * Float.BYTES,
          columns.shareOfFirst[j] * first + columns.share[j] * second);
    }
  }
}
