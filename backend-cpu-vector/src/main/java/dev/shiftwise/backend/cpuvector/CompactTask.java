package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.tensor.Shape;

/** Takes results out of rows that are longer than those of the value they belong to. */
final class CompactTask implements Task {
  private static final int MOST_PARTS = 32;

  private final PlaneKernels planes;
  private final RowsTile rows;
  private final Place from;
  private final long rowPitch;
  private final Place to;
  private final Shape shape;

  /**
   * Makes a task.
   *
   * @param from where the results stand
   * @param rowPitch bytes from one row of results to the next
   * @param to where they go
   * @param shape shape of the value
   */
  CompactTask(Kernels kernels, Place from, long rowPitch, Place to, Shape shape) {
    this.planes = kernels.planes();
    this.rows = kernels.rows(1, shape.width(), rowPitch, (long) shape.width() * Float.BYTES, 0f);
    this.from = from;
    this.rowPitch = rowPitch;
    this.to = to;
    this.shape = shape;
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, shape.channels());
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int end = Task.begin(part + 1, parts(), shape.channels());
    long width = (long) shape.width() * Float.BYTES;
    // A short row reaches behind itself, which only the last may not.
    int most = shape.height() - 1;
    for (int c = Task.begin(part, parts(), shape.channels()); c < end; c++) {
      long in = base + from.plane(c);
      long out = base + to.plane(c);
      if (most > 0) {
        rows.run(in, out, most);
      }
      planes.copy(in + most * rowPitch, out + most * width, shape.width());
    }
  }
}
