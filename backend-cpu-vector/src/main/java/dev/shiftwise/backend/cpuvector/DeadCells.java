package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows and columns of a value that its readers under ZERO never read as themselves, and that
 * hold zeros for the reads that run over a row's end ({@link Guards.DeadBorder}). Whoever has
 * written a part of the value clears the dead cells of that part, while it is in the cache: a pass
 * over the whole value afterwards costs small planes a tenth of their time.
 */
final class DeadCells {

  /** Dead rows, as one stretch, or one dead column of neighbouring planes. In elements. */
  private record Run(int firstPlane, int planes, long first, int rows, long count) {}

  private final PlaneKernels kernels;
  private final Place value;
  private final int width;
  private final Run[] runs;

  DeadCells(PlaneKernels kernels, Placement value, List<Guards.DeadBorder> borders) {
    this.kernels = kernels;
    this.value = Place.of(value);
    this.width = value.shape().width();
    List<Run> found = new ArrayList<>();
    for (Guards.DeadBorder border : borders) {
      add(found, border, value.shape().height(), width);
    }
    this.runs = found.toArray(Run[]::new);
  }

  private static void add(List<Run> runs, Guards.DeadBorder border, int height, int width) {
    int dy = border.by().dy();
    int dx = border.by().dx();
    if (dy != 0) {
      long first = dy > 0 ? 0 : (long) (height + dy) * width;
      runs.add(
          new Run(border.firstPlane(), border.planes(), first, 1, (long) Math.abs(dy) * width));
    }
    int firstColumn = dx > 0 ? 0 : width + dx;
    for (int x = firstColumn; x < firstColumn + Math.abs(dx); x++) {
      runs.add(new Run(border.firstPlane(), border.planes(), x, height, 1));
    }
  }

  /** Clears the cells of some neighbouring channels that lie in a stretch of their planes. */
  void clear(long base, int channelFrom, int channelTo, long pixelFrom, long pixelTo) {
    for (Run run : runs) {
      int from = Math.max(channelFrom, run.firstPlane);
      int planes = Math.min(channelTo, run.firstPlane + run.planes) - from;
      if (planes > 0) {
        clear(run, base + value.plane(from), planes, pixelFrom, pixelTo);
      }
    }
  }

  private void clear(Run run, long plane, int planes, long pixelFrom, long pixelTo) {
    if (run.rows == 1) {
      long first = Math.max(run.first, pixelFrom);
      long count = Math.min(run.first + run.count, pixelTo) - first;
      if (count > 0) {
        kernels.clear(
            plane + first * Float.BYTES, value.pitch(), planes, 0, 1, Math.toIntExact(count));
      }
    } else {
      // The rows whose cell of this column is in the stretch.
      int top = (int) Math.max(0, Math.ceilDiv(pixelFrom - run.first, (long) width));
      int rows = (int) Math.min(run.rows, Math.ceilDiv(pixelTo - run.first, (long) width)) - top;
      long first = run.first + (long) top * width;
      long rowPitch = (long) width * Float.BYTES;
      kernels.clear(plane + first * Float.BYTES, value.pitch(), planes, rowPitch, rows, 1);
    }
  }
}
