package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.shiftwise.network.Rearrange;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A separable gather. The last axes become one table, cut into chunks; a part is some chunks for
 * some steps of the axes before it. A chunk is the longest runs in it, each copied, filled or
 * picked at equal steps at once, or element by element where the runs are short.
 */
final class RearrangeTask implements Task {
  private static final int MOST_PARTS = 32;

  /** Entries of the last axis from which on it stays alone. */
  private static final int LONG_ENOUGH = 64;

  /** Entries of a chunk, and of a table that axes are joined to. */
  private static final int CHUNK = 4096;

  /** Elements a run, on average, from which on runs are taken at once. */
  private static final int WORTH_A_RUN = 4;

  /** Even runs from which on they are taken as rows. */
  private static final int WORTH_ROWS = 4;

  private final Kernels kernels;
  private final PlaneKernels planes;
  private final long source;
  private final Placement to;
  private final float fill;

  /** The axes before the last ones: offsets in bytes, or below 0. */
  private final long[][] outer;

  private final int[] inner;
  private final List<Chunk> chunks = new ArrayList<>();
  private final int outerSteps;

  /**
   * Makes a task.
   *
   * @param in a dense ring: the plan gives this operator nothing else
   */
  RearrangeTask(Kernels kernels, Rearrange rearrange, Source in, Placement to) {
    this.kernels = kernels;
    this.planes = kernels.planes();
    this.source = in.flat(0) * Float.BYTES;
    this.to = to;
    this.fill = rearrange.fill();
    List<Rearrange.Axis> axes = new ArrayList<>(rearrange.axes());
    while (axes.size() > 1 && isShort(axes)) {
      Rearrange.Axis last = axes.removeLast();
      axes.add(axes.removeLast().with(last));
    }
    this.inner = axes.removeLast().offsets();
    this.outer = axes.stream().map(RearrangeTask::bytes).toArray(long[][]::new);
    int steps = 1;
    for (long[] axis : outer) {
      steps = Math.multiplyExact(steps, axis.length);
    }
    this.outerSteps = steps;
    for (int from = 0; from < inner.length; from += CHUNK) {
      chunks.add(runs(from, Math.min(inner.length, from + CHUNK)));
    }
  }

  private static boolean isShort(List<Rearrange.Axis> axes) {
    int last = axes.getLast().size();
    return last < LONG_ENOUGH && (long) last * axes.get(axes.size() - 2).size() <= CHUNK;
  }

  private static long[] bytes(Rearrange.Axis axis) {
    return Arrays.stream(axis.offsets())
        .mapToLong(offset -> offset == Rearrange.Axis.OUTSIDE ? -1 : (long) offset * Float.BYTES)
        .toArray();
  }

  /** Some entries of the table. */
  private static final class Chunk {
    /** The beginnings of the runs, and the end of the last. */
    private final int[] begins;

    /** Whether the runs are too short to be taken at once; then there is but one. */
    private final boolean byEntry;

    /** All that does not come from outside, if it is even rows. */
    private final @Nullable Rows rows;

    Chunk(int[] begins, boolean byEntry, @Nullable Rows rows) {
      this.begins = begins;
      this.byEntry = byEntry;
      this.rows = rows;
    }

    int begin() {
      return begins[0];
    }

    int size() {
      return begins[begins.length - 1] - begins[0];
    }
  }

  /**
   * Runs of one length at even distances, where they are read and where they are written.
   *
   * @param tile copies them
   * @param first the first entry of the first
   * @param count entries of each
   * @param outStep entries from one to the next
   * @param rows how many
   */
  private record Rows(RowsTile tile, int first, int count, int outStep, int rows) {}

  private Chunk runs(int from, int to) {
    int[] begins =
        IntStream.concat(IntStream.iterate(from, i -> i < to, i -> runEnd(i, to)), IntStream.of(to))
            .toArray();
    Rows rows = rows(begins);
    return rows == null && (begins.length - 1) * WORTH_A_RUN > to - from
        ? new Chunk(new int[] {from, to}, true, null)
        : new Chunk(begins, false, rows);
  }

  /** Returns the runs as rows, or null if they are none; what comes from outside may be between. */
  private @Nullable Rows rows(int[] begins) {
    int[] inside =
        IntStream.range(0, begins.length - 1)
            .filter(run -> inner[begins[run]] != Rearrange.Axis.OUTSIDE)
            .toArray();
    if (inside.length < WORTH_ROWS || !isInOnePlane()) {
      return null;
    }
    int first = begins[inside[0]];
    int count = begins[inside[0] + 1] - first;
    int outStep = begins[inside[1]] - first;
    int inStep = inner[begins[inside[1]]] - inner[first];
    int stride = count == 1 ? 0 : inner[first + 1] - inner[first];
    if (stride < 1 || stride > 2 || inStep < 0) {
      return null;
    }
    for (int row = 1; row < inside.length; row++) {
      int begin = begins[inside[row]];
      int length = begins[inside[row] + 1] - begin;
      if (length != count
          || begin != first + row * outStep
          || inner[begin] != inner[first] + row * inStep
          || inner[begin + 1] - inner[begin] != stride) {
        return null;
      }
    }
    RowsTile tile =
        kernels.rows(
            stride, count, (long) inStep * Float.BYTES, (long) outStep * Float.BYTES, fill);
    return new Rows(tile, first, count, outStep, inside.length);
  }

  /** Whether no gap between planes is in the middle of a table. */
  private boolean isInOnePlane() {
    return to.isDense() || to.shape().plane() % inner.length == 0;
  }

  private int runEnd(int begin, int to) {
    int end = begin + 1;
    if (inner[begin] == Rearrange.Axis.OUTSIDE) {
      while (end < to && inner[end] == Rearrange.Axis.OUTSIDE) {
        end++;
      }
      return end;
    }
    if (end < to && inner[end] != Rearrange.Axis.OUTSIDE) {
      int step = inner[end] - inner[begin];
      while (end < to
          && inner[end] != Rearrange.Axis.OUTSIDE
          && inner[end] - inner[end - 1] == step) {
        end++;
      }
    }
    return end;
  }

  private int items() {
    return Math.multiplyExact(outerSteps, chunks.size());
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, items());
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int end = Task.begin(part + 1, parts(), items());
    for (int item = Task.begin(part, parts(), items()); item < end; item++) {
      int step = item / chunks.size();
      long offset = outerOffset(step);
      chunk(
          chunks.get(item % chunks.size()),
          offset < 0 ? -1 : base + source + offset,
          base,
          (long) step * inner.length);
    }
  }

  private long outerOffset(int step) {
    long sum = 0;
    int left = step;
    for (int axis = outer.length - 1; axis >= 0; axis--) {
      long offset = outer[axis][left % outer[axis].length];
      if (offset < 0) {
        return -1;
      }
      sum += offset;
      left /= outer[axis].length;
    }
    return sum;
  }

  /**
   * Moves a chunk.
   *
   * @param from the address that the table's offsets are added to, or below 0 for the fill
   * @param first the element of the result that the table's first entry is
   */
  private void chunk(Chunk chunk, long from, long base, long first) {
    if (chunk.rows != null && from >= 0) {
      rows(chunk, chunk.rows, from, address(base, first + chunk.begin()));
      return;
    }
    int[] begins = chunk.begins;
    long plane = to.shape().plane();
    boolean dense = to.isDense();
    for (int run = 0; run + 1 < begins.length; run++) {
      // A run of the result is cut where a gap follows its plane.
      for (int i = begins[run]; i < begins[run + 1]; ) {
        long j = first + i;
        int end = dense ? begins[run + 1] : (int) Math.min(begins[run + 1], i + plane - j % plane);
        long out = address(base, j);
        if (chunk.byEntry) {
          entries(i, end, from, out);
        } else {
          run(i, end, from, out);
        }
        i = end;
      }
    }
  }

  /** Returns where an element of the result goes. */
  private long address(long base, long element) {
    long plane = to.shape().plane();
    return base + (to.plane((int) (element / plane)) + element % plane) * Float.BYTES;
  }

  private void rows(Chunk chunk, Rows rows, long from, long out) {
    if (rows.rows * rows.count < chunk.size()) {
      planes.fill(out, chunk.size(), fill);
    }
    long in = from + (long) inner[rows.first] * Float.BYTES;
    long to = out + (long) (rows.first - chunk.begin()) * Float.BYTES;
    // A short row is written as a whole vector, which for the last may reach behind the chunk.
    int most = rows.rows - 1;
    rows.tile.run(in, to, most);
    int last = rows.first + most * rows.outStep;
    run(last, last + rows.count, from, to + (long) most * rows.outStep * Float.BYTES);
  }

  private void run(int i, int end, long from, long out) {
    if (from < 0 || inner[i] == Rearrange.Axis.OUTSIDE) {
      planes.fill(out, end - i, fill);
      return;
    }
    long in = from + (long) inner[i] * Float.BYTES;
    int step = end - i == 1 ? 1 : inner[i + 1] - inner[i];
    if (step == 0) {
      planes.fill(out, end - i, NativeMemory.ALL.get(JAVA_FLOAT_UNALIGNED, in));
    } else {
      planes.gather(in, step, out, end - i);
    }
  }

  private void entries(int begin, int end, long from, long out) {
    int fillBits = Float.floatToRawIntBits(fill);
    for (int i = begin; i < end; i++) {
      int bits =
          from < 0 || inner[i] == Rearrange.Axis.OUTSIDE
              ? fillBits
              : NativeMemory.ALL.get(JAVA_INT_UNALIGNED, from + (long) inner[i] * Float.BYTES);
      NativeMemory.ALL.set(JAVA_INT_UNALIGNED, out + (long) (i - begin) * Float.BYTES, bits);
    }
  }
}
