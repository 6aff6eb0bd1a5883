package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;
import java.util.stream.IntStream;

/**
 * How the planes of a channel are laid out for a kernel of several taps or a stride: one for each
 * column of the kernel, with rows as long as the result's.
 *
 * <p>The plane of column {@code kx} holds at {@code (y, x)} what that column's taps read for output
 * column {@code x}, zeros where that is padding. So every tap reads consecutive elements for
 * consecutive output pixels, across the ends of rows, and nothing is computed that the result does
 * not have. With a stride {@code sy} there is one plane for each remainder, modulo {@code sy}, of
 * the rows that taps read. Only a band of some output rows is laid out at a time.
 */
final class TapColumns {
  /** Kernels read and write whole vectors, of which the last may reach behind its row. */
  private static final long BEHIND = VectorWidth.MOST_LANES * Float.BYTES;

  /**
   * What is copied for a column.
   *
   * @param tile copies rows
   * @param from where the first element stands in a row, in bytes
   * @param to where it goes in a row, in bytes
   */
  private record Column(RowsTile tile, long from, long to) {}

  private final PlaneKernels planes;
  private final Kernel2d kernel;
  private final Shape in;
  private final Shape out;
  private final int strideY;
  private final int strideX;

  /** Of the rows that taps read, modulo the stride. */
  private final int[] remainders;

  /** How many rows of a plane the last tap is behind the first. */
  private final int lastTapRow;

  private final long rowBytes;
  private final Column[] columns;

  /**
   * Makes a layout.
   *
   * @param kernel the taps
   * @param in shape of the input
   * @param out shape of the result
   */
  TapColumns(Kernels kernels, Kernel2d kernel, Shape in, Shape out) {
    this.planes = kernels.planes();
    this.kernel = kernel;
    this.in = in;
    this.out = out;
    // One output steps nowhere, however large its stride.
    this.strideY = out.height() == 1 ? 1 : kernel.strideY();
    this.strideX = out.width() == 1 ? 1 : kernel.strideX();
    this.remainders =
        IntStream.range(0, kernel.height())
            .map(ky -> (int) (tapY(ky) % strideY))
            .distinct()
            .toArray();
    this.lastTapRow = Math.toIntExact(tapY(kernel.height() - 1) / strideY);
    this.rowBytes = (long) out.width() * Float.BYTES;
    this.columns =
        IntStream.range(0, kernel.width())
            .mapToObj(kx -> column(kernels, kx))
            .toArray(Column[]::new);
  }

  private long tapY(int ky) {
    return (long) ky * kernel.dilationY();
  }

  private Column column(Kernels kernels, int kx) {
    long before = kernel.left() - (long) kx * kernel.dilationX();
    long first = Math.max(0, Math.ceilDiv(before, (long) strideX));
    long end = Math.min(out.width(), Math.floorDiv(in.width() - 1 + before, (long) strideX) + 1);
    if (first >= end) {
      return new Column((_, _, _) -> {}, 0, 0); // padding only
    }
    long inPitch = (long) in.width() * strideY * Float.BYTES;
    RowsTile tile = kernels.rows(strideX, (int) (end - first), inPitch, rowBytes, 0f);
    return new Column(tile, (first * strideX - before) * Float.BYTES, first * Float.BYTES);
  }

  /** Returns the number of taps. */
  int taps() {
    return kernel.taps();
  }

  /** Returns the row of the result that a pixel is in. */
  int row(long pixel) {
    return (int) (pixel / out.width());
  }

  /** Returns how far a pixel is behind the first of its row, in bytes. */
  long inBand(long pixel) {
    return pixel % out.width() * Float.BYTES;
  }

  /** Returns how many rows of the result some pixels are in at most, wherever they begin. */
  int mostRows(long pixels) {
    return (int) Math.min(out.height(), (pixels + out.width() - 2) / out.width() + 1);
  }

  /** Returns the bytes that a channel takes with room for some rows of the result. */
  long bytes(int rows) {
    return (long) columns.length * remainders.length * planeBytes(rows) + BEHIND;
  }

  private long planeBytes(int rows) {
    return (rows + lastTapRow) * rowBytes;
  }

  /** Returns where each tap reads for the first pixel, with room for some rows of the result. */
  long[] taps(int rows) {
    long[] taps = new long[kernel.taps()];
    for (int t = 0; t < taps.length; t++) {
      long y = tapY(t / kernel.width());
      int remainder = 0;
      while (remainders[remainder] != y % strideY) {
        remainder++;
      }
      int plane = t % kernel.width() * remainders.length + remainder;
      taps[t] = plane * planeBytes(rows) + y / strideY * rowBytes;
    }
    return taps;
  }

  /**
   * Fills what {@link #layOut} leaves: the padding of a band is at the same place in all channels.
   */
  void clear(int rows, long to) {
    planes.fill(to, bytes(rows) / Float.BYTES, 0f);
  }

  /**
   * Lays a band of a channel out.
   *
   * @param source the channel's plane
   * @param from the first row of the result
   * @param end the row behind the last
   * @param rows how many rows there is room for
   * @param to where they go
   */
  void layOut(long source, int from, int end, int rows, long to) {
    int count = end - from + lastTapRow;
    for (int c = 0; c < columns.length; c++) {
      for (int r = 0; r < remainders.length; r++) {
        long plane = to + ((long) c * remainders.length + r) * planeBytes(rows);
        copy(columns[c], source, from, count, remainders[r] - kernel.top(), plane);
      }
    }
  }

  /** Copies those rows that are inside the input's plane. */
  private void copy(Column column, long source, int from, int count, int before, long to) {
    int first = Math.max(from, Math.ceilDiv(-before, strideY));
    int end = Math.min(from + count, Math.floorDiv(in.height() - 1 - before, strideY) + 1);
    if (first < end) {
      long row = (long) first * strideY + before;
      column.tile.run(
          source + row * in.width() * Float.BYTES + column.from,
          to + (first - from) * rowBytes + column.to,
          end - first);
    }
  }
}
