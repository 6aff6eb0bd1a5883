package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;
import java.util.Arrays;

/**
 * A plane laid out for a sliding window: with its padding, and split by the stride, so that every
 * tap reads consecutive elements for consecutive output pixels.
 *
 * <p>With strides {@code sy, sx} there are up to {@code sy * sx} phases; phase {@code (py, px)}
 * holds the padded rows and columns that are {@code py} and {@code px} modulo the strides. Only
 * those that a tap reads are laid out. All have one pitch. Output pixel {@code (y, x)} reads tap
 * {@code t} at {@code taps[t] + y * pitch + x}, so a whole plane is one flat loop; the columns
 * between the output's width and the pitch are computed and thrown away.
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
  private final int pitch;
  private final long phaseBytes;
  private final long bytes;
  private final long flat;
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
    this.pitch = phaseSize(out.width(), kernel.width(), kernel.dilationX(), strideX);
    this.flat = (out.height() - 1L) * pitch + out.width();
    // Room for the last vector of the flat loop.
    this.phaseBytes = ((long) phaseRows * pitch + lanes) * Float.BYTES;
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

  /** Returns the elements of the flat loop. */
  long flat() {
    return flat;
  }

  /** Returns the elements from one row of results to the next. */
  int pitch() {
    return pitch;
  }

  /** Returns the bytes of all phases. */
  long bytes() {
    return bytes;
  }

  /** Fills everything with what the padding holds. */
  void clear(PlaneKernels planes, long to, float padding) {
    planes.fill(to, bytes() / Float.BYTES, padding);
  }

  /** Lays a plane out; the padding stays as it was. */
  void load(PlaneKernels planes, long plane, long to) {
    for (int y = 0; y < in.height(); y++) {
      int padded = y + kernel.top();
      if (padded / strideY < phaseRows && rowPhases[padded % strideY] >= 0) {
        loadRow(planes, plane + (long) y * in.width() * Float.BYTES, y + kernel.top(), to);
      }
    }
  }

  private void loadRow(PlaneKernels planes, long source, int paddedY, long to) {
    long row = (long) (paddedY / strideY) * pitch;
    for (int px = 0; px < strideX; px++) {
      int first = Math.floorMod(px - kernel.left(), strideX);
      int column = (first + kernel.left()) / strideX;
      int count = Math.min(Math.ceilDiv(in.width() - first, strideX), pitch - column);
      if (count > 0 && columnPhases[px] >= 0) {
        planes.gather(
            source + (long) first * Float.BYTES,
            strideX,
            to + phase(paddedY % strideY, px) + (row + column) * Float.BYTES,
            count);
      }
    }
  }

  /** Copies the results out of the flat loop's columns. */
  void store(PlaneKernels planes, long results, long plane) {
    for (int y = 0; y < out.height(); y++) {
      planes.copy(
          results + (long) y * pitch * Float.BYTES,
          plane + (long) y * out.width() * Float.BYTES,
          out.width());
    }
  }

  /** Returns one over the number of the plane's cells that each result sees, in the flat loop. */
  float[] averagingFactors(int lanes) {
    float[] factors = new float[Math.toIntExact(Math.ceilDiv(flat, (long) lanes) * lanes)];
    for (int y = 0; y < out.height(); y++) {
      int rows =
          cells(
              y, kernel.height(), kernel.strideY(), kernel.dilationY(), kernel.top(), in.height());
      for (int x = 0; x < out.width(); x++) {
        int columns =
            cells(
                x, kernel.width(), kernel.strideX(), kernel.dilationX(), kernel.left(), in.width());
        factors[y * pitch + x] = (float) (1.0 / ((long) rows * columns));
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
