package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A plane laid out for a sliding window: with its padding, and split by the stride, so that every
 * tap reads consecutive elements for consecutive output pixels.
 *
 * <p>With strides {@code sy, sx} there are up to {@code sy * sx} phases; phase {@code (py, px)}
 * holds the padded rows and columns that are {@code py} and {@code px} modulo the strides. Only
 * those that a tap reads are laid out. All have one pitch. Output pixel {@code (y, x)} reads tap
 * {@code t} at {@code taps[t] + y * pitch + x}.
 */
final class PaddedPlane {
  private final Kernel2d kernel;
  private final int strideY;
  private final int strideX;
  private final int[] rowPhases;
  private final int[] columnPhases;
  private final int columnPhaseCount;
  private final Shape in;
  private final Shape out;
  private final int phaseRows;
  private final int phaseColumns;
  private final int pitch;
  private final long phaseBytes;
  private final long bytes;
  private final long[] taps;

  PaddedPlane(Kernel2d kernel, Shape in, Shape out, int lanes) {
    this.kernel = kernel;
    this.in = in;
    this.out = out;
    // One output steps nowhere, however large its stride.
    this.strideY = out.height() == 1 ? 1 : kernel.strideY();
    this.strideX = out.width() == 1 ? 1 : kernel.strideX();
    this.rowPhases = phases(kernel.height(), kernel.dilationY(), strideY);
    this.columnPhases = phases(kernel.width(), kernel.dilationX(), strideX);
    this.columnPhaseCount = count(columnPhases);
    this.phaseRows = phaseSize(out.height(), kernel.height(), kernel.dilationY(), strideY);
    this.phaseColumns = phaseSize(out.width(), kernel.width(), kernel.dilationX(), strideX);
    this.pitch = sharedPitch();
    // Room for the padding on the right of the last row, and for the last vector of a kernel.
    this.phaseBytes = ((long) phaseRows * pitch + phaseColumns - pitch + lanes) * Float.BYTES;
    this.bytes = phaseBytes * count(rowPhases) * columnPhaseCount;
    this.taps = new long[kernel.taps()];
    for (int ky = 0; ky < kernel.height(); ky++) {
      for (int kx = 0; kx < kernel.width(); kx++) {
        int y = ky * kernel.dilationY();
        int x = kx * kernel.dilationX();
        taps[ky * kernel.width() + kx] =
            phase(y % strideY, x % strideX)
                + ((long) y / strideY * pitch + x / strideX) * Float.BYTES;
      }
    }
  }

  private static int phaseSize(int outputs, int kernel, int dilation, int stride) {
    return Math.toIntExact(
        Math.ceilDiv((outputs - 1L) * stride + (kernel - 1L) * dilation + 1, (long) stride));
  }

  /** Numbers the phases of one direction that a tap reads; the others are -1. */
  private static int[] phases(int kernel, int dilation, int stride) {
    int[] phases = new int[stride];
    Arrays.fill(phases, -1);
    int next = 0;
    for (int k = 0; k < kernel; k++) {
      int phase = (int) ((long) k * dilation % stride);
      if (phases[phase] < 0) {
        phases[phase] = next++;
      }
    }
    return phases;
  }

  private static int count(int[] phases) {
    return (int) Arrays.stream(phases).filter(phase -> phase >= 0).count();
  }

  private long phase(int py, int px) {
    return ((long) rowPhases[py] * columnPhaseCount + columnPhases[px]) * phaseBytes;
  }

  /** Returns for every tap where output pixel 0 reads it, in bytes. */
  @SuppressWarnings("ReturnsMutableArray")
  long[] taps() {
    return taps;
  }

  /** Returns the taps of a row of the window. */
  int tapsOfRow() {
    return kernel.width();
  }

  /** Returns the elements from one row to the next. */
  int pitch() {
    return pitch;
  }

  /** Returns the bytes of all phases. */
  long bytes() {
    return bytes;
  }

  /**
   * Rows of the plane, or every so many of their elements, that stand in one phase.
   *
   * @param from where the first is read, bytes from the plane
   * @param inPitch bytes from one to the next
   * @param stride elements from one that is taken to the next
   * @param to where the first goes, bytes from the padded plane
   * @param count elements of a row that are taken
   * @param rows rows
   */
  record Rows(long from, long inPitch, int stride, long to, int count, int rows) {}

  /** Returns what is to be copied to lay a plane out; the rest is padding. */
  List<Rows> rows() {
    List<Rows> all = new ArrayList<>();
    for (int py = 0; py < strideY; py++) {
      int first = Math.floorMod(py - kernel.top(), strideY);
      int row = (first + kernel.top()) / strideY;
      int rows = Math.min(Math.ceilDiv(in.height() - first, strideY), phaseRows - row);
      for (int px = 0; px < strideX && rows > 0 && rowPhases[py] >= 0; px++) {
        int column = (firstColumn(px) + kernel.left()) / strideX;
        if (columns(px) > 0 && columnPhases[px] >= 0) {
          all.add(
              new Rows(
                  ((long) first * in.width() + firstColumn(px)) * Float.BYTES,
                  (long) in.width() * strideY * Float.BYTES,
                  strideX,
                  phase(py, px) + ((long) row * pitch + column) * Float.BYTES,
                  columns(px),
                  rows));
        }
      }
    }
    return all;
  }

  /** Returns the plane's first column in a phase. */
  private int firstColumn(int px) {
    return Math.floorMod(px - kernel.left(), strideX);
  }

  /** Returns how many of the plane's columns a phase holds. */
  private int columns(int px) {
    int first = firstColumn(px);
    int column = (first + kernel.left()) / strideX;
    return Math.min(Math.ceilDiv(in.width() - first, strideX), phaseColumns - column);
  }

  /**
   * Returns the elements from one row to the next: as many as are read, less the padding on the
   * right of a row for which the padding on the left of the next can stand.
   */
  private int sharedPitch() {
    int least = out.width();
    for (int px = 0; px < strideX; px++) {
      if (columnPhases[px] >= 0) {
        int left = (firstColumn(px) + kernel.left()) / strideX;
        least = Math.max(least, Math.max(left + Math.max(0, columns(px)), phaseColumns - left));
      }
    }
    return Math.min(least, phaseColumns);
  }

  /**
   * Returns one over the number of the plane's cells that each output sees, and room for reading
   * some lanes behind the last.
   */
  float[] averagingFactors(int lanes) {
    float[] factors = new float[Math.toIntExact(out.plane() + lanes)];
    for (int y = 0; y < out.height(); y++) {
      int rows =
          cells(
              y, kernel.height(), kernel.strideY(), kernel.dilationY(), kernel.top(), in.height());
      for (int x = 0; x < out.width(); x++) {
        int columns =
            cells(
                x, kernel.width(), kernel.strideX(), kernel.dilationX(), kernel.left(), in.width());
        factors[y * out.width() + x] = (float) (1.0 / ((long) rows * columns));
      }
    }
    return factors;
  }

  private static int cells(int at, int kernel, int stride, int dilation, int before, int size) {
    int cells = 0;
    for (int k = 0; k < kernel; k++) {
      long source = (long) at * stride + (long) k * dilation - before;
      cells += source >= 0 && source < size ? 1 : 0;
    }
    return cells;
  }
}
