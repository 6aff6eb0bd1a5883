package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;

/**
 * A convolution with a stride or a kernel of several taps: the inputs of some output rows are
 * gathered into a table with one row for each channel and tap, which stays in the cache, and the
 * tiles of the fused operator run over it as if its rows were input channels.
 */
final class PatchTask implements Task {
  /** The table's size to aim at: well inside the second-level cache, beside the weights. */
  private static final long TABLE_BYTES = 256 << 10;

  /** Parts to aim at, so that several workers find something to do. */
  private static final int WANTED_PARTS = 8;

  private final PlaneKernels planes;
  private final Tiles tiles;
  private final int groups;
  private final Kernel2d kernel;
  private final Shape in;
  private final Shape outShape;
  private final long[] sources;
  private final Place out;
  private final Place residual;
  private final int rowsPerChunk;
  private final int chunks;
  private final PixelGrid grid;
  private final PixelGrid lastGrid;
  private final long rowBytes;
  private final long[] table;

  /**
   * Makes a task.
   *
   * @param planes vector loops
   * @param tiles the tiles, with weights of {@code channels * taps} inputs
   * @param width vector width
   * @param groups groups
   * @param kernel the sliding window
   * @param in shape of the input
   * @param outShape shape of the output
   * @param sources for every input channel where its plane is read, bytes from the slab's start
   * @param out where the outputs go
   * @param residual where the residual stands; {@code out} if there is none
   */
  PatchTask(
      PlaneKernels planes,
      Tiles tiles,
      VectorWidth width,
      int groups,
      Kernel2d kernel,
      Shape in,
      Shape outShape,
      long[] sources,
      Place out,
      Place residual) {
    this.planes = planes;
    this.tiles = tiles;
    this.groups = groups;
    this.kernel = kernel;
    this.in = in;
    this.outShape = outShape;
    this.sources = sources;
    this.out = out;
    this.residual = residual;
    int inputs = tiles.weights().inputs();
    long fits = TABLE_BYTES / Float.BYTES / inputs / outShape.width();
    long shared = Math.ceilDiv(outShape.height(), Math.ceilDiv(WANTED_PARTS, groups));
    this.rowsPerChunk = Math.clamp(Math.min(fits, shared), 1, outShape.height());
    this.chunks = Math.ceilDiv(outShape.height(), rowsPerChunk);
    this.grid = PixelGrid.of(pixels(rowsPerChunk), width, tiles.residual());
    this.lastGrid = PixelGrid.of(pixels(rowsOf(chunks - 1)), width, tiles.residual());
    this.rowBytes = pixels(rowsPerChunk) * Float.BYTES;
    this.table = new long[Math.multiplyExact(inputs, groups)];
    for (int i = 0; i < table.length; i++) {
      table[i] = i % inputs * rowBytes;
    }
  }

  private long pixels(int rows) {
    return (long) rows * outShape.width();
  }

  private int rowsOf(int chunk) {
    return Math.min(rowsPerChunk, outShape.height() - chunk * rowsPerChunk);
  }

  @Override
  public int parts() {
    return chunks * groups;
  }

  @Override
  public long scratchBytes() {
    return tiles.weights().inputs() * rowBytes;
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int chunk = part / groups;
    int group = part % groups;
    int firstRow = chunk * rowsPerChunk;
    gather(group, firstRow, rowsOf(chunk), base, scratch.address);
    PixelGrid cut = chunk == chunks - 1 ? lastGrid : grid;
    int channel = group * tiles.weights().outputs();
    long shift = base + pixels(firstRow) * Float.BYTES;
    long to = shift + out.plane(channel);
    long res = shift + residual.plane(channel);
    int blocks = tiles.weights().blocks();
    for (int t = 0; t < cut.tiles(); t++) {
      long at = cut.offset(t);
      tiles.tile(
          table,
          group,
          0,
          blocks,
          cut.vectors(t),
          scratch.address + at,
          to + at,
          out.pitch(),
          res + at,
          residual.pitch());
    }
    long tail = cut.tailOffset();
    tiles.pixels(
        table,
        group,
        0,
        blocks,
        cut.tailPixels(),
        scratch.address + tail,
        to + tail,
        out.pitch(),
        res + tail,
        residual.pitch(),
        scratch.sums);
  }

  private void gather(int group, int firstRow, int rows, long base, long to) {
    int channels = tiles.weights().inputs() / kernel.taps();
    long row = to;
    for (int c = 0; c < channels; c++) {
      long plane = base + sources[group * channels + c];
      for (int ky = 0; ky < kernel.height(); ky++) {
        for (int kx = 0; kx < kernel.width(); kx++) {
          gatherTap(plane, ky, kx, firstRow, rows, row);
          row += rowBytes;
        }
      }
    }
  }

  /** Gathers what one tap sees from each output pixel, +0 outside the plane. */
  private void gatherTap(long plane, int ky, int kx, int firstRow, int rows, long to) {
    int width = outShape.width();
    int shift = kernel.left() - kx * kernel.dilationX();
    // Output columns [from, end) see the plane.
    int from = Math.clamp(Math.ceilDiv(shift, kernel.strideX()), 0, width);
    int end = Math.clamp(Math.floorDiv(in.width() - 1 + shift, kernel.strideX()) + 1L, from, width);
    for (int y = firstRow; y < firstRow + rows; y++) {
      long sourceY = (long) y * kernel.strideY() - kernel.top() + (long) ky * kernel.dilationY();
      if (sourceY < 0 || sourceY >= in.height() || from == end) {
        planes.fill(to, width, 0f);
      } else {
        long sourceX = (long) from * kernel.strideX() - shift;
        long source = plane + (sourceY * in.width() + sourceX) * Float.BYTES;
        planes.fill(to, from, 0f);
        planes.gather(source, kernel.strideX(), to + (long) from * Float.BYTES, end - from);
        planes.fill(to + (long) end * Float.BYTES, width - end, 0f);
      }
      to += (long) width * Float.BYTES;
    }
  }
}
