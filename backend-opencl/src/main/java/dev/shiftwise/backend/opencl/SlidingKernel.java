package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;

/** A window that slides over each plane on its own: depthwise convolution and pooling. */
final class SlidingKernel {
  private static final int LANES = 64;

  /** Pixels of a CPU's vector. What it computes beside a row costs less than a loop. */
  private static final int WIDE = 16;

  private static final int NARROW = 8;

  /** Of a strip on a CPU: inside the second-level cache. */
  private static final long STRIP_BYTES = 64 << 10;

  /** Multiply-adds that take as long as moving a byte. */
  private static final int WORK_OF_BYTE = 4;

  private final DeviceMemory memory;
  private final ClDevice.Facts facts;

  SlidingKernel(DeviceMemory memory, ClDevice.Facts facts) {
    this.memory = memory;
    this.facts = facts;
  }

  /** Returns the launch of a convolution with as many groups as channels. */
  Launch depthwise(Convolution convolution, Step step) {
    Cut cut = cut(convolution.kernel(), step);
    KernelSource source = KernelSource.of("sliding").activation(convolution.activation());
    LaunchBuilder launch =
        begin(source, cut, step)
            .floats(convolution.filter().foldedWeight())
            .floats(convolution.filter().foldedBias())
            .activation(convolution.activation());
    return end(launch, cut);
  }

  /** Returns the launch of an average over the cells inside the plane. */
  Launch average(AveragePool pool, Step step) {
    Cut cut = cut(pool.kernel(), step);
    Shape in = step.sources().getFirst().map().shape();
    Shape out = step.destination().shape();
    LaunchBuilder launch = begin(KernelSource.of("sliding").with("AVERAGE", 1), cut, step);
    return end(launch.floats(cells(pool.kernel(), in, out, cut.vector())), cut);
  }

  /** Returns the launch of a maximum. */
  Launch max(MaxPool pool, Step step) {
    Cut cut = cut(pool.kernel(), step);
    return end(begin(KernelSource.of("sliding").with("MAXIMUM", 1), cut, step), cut);
  }

  /**
   * How the work is cut.
   *
   * @param window the sliding window
   * @param vector pixels of a vector
   * @param lanes items of a work-group
   * @param chunk output rows of a strip, or output pixels of a work-group
   * @param chunks how many there are
   * @param parts parts of the channels
   * @param length floats of a row of the strip, or 0 if there is none
   * @param stripFloats floats of a strip
   */
  private record Cut(
      Sliding window,
      int vector,
      int lanes,
      int chunk,
      int chunks,
      int parts,
      int length,
      long stripFloats) {}

  private Cut cut(Kernel2d kernel, Step step) {
    Shape in = step.sources().getFirst().map().shape();
    Shape out = step.destination().shape();
    Sliding window = Sliding.of(kernel, out);
    int vector = out.width() <= NARROW ? NARROW : WIDE;
    long length = window.columns(Math.ceilDiv(out.width(), vector) * (long) vector);
    long most = Math.min(STRIP_BYTES, facts.localMemory() / 2) / Float.BYTES - vector;
    long bytesOfPixel =
        (in.elements() + out.elements()) * Float.BYTES / out.elements()
            + Math.ceilDiv(kernel.taps(), WORK_OF_BYTE);
    if (facts.kind() != ClDevice.Kind.CPU || window.rows(1) > most / length) {
      int lanes = facts.kind() == ClDevice.Kind.CPU ? 1 : LANES;
      Shares shares =
          Shares.of(
              facts,
              in.channels(),
              Math.toIntExact(out.plane()),
              lanes,
              // Every tap looks for borders.
              bytesOfPixel + (long) kernel.taps() * WORK_OF_BYTE);
      return new Cut(window, 1, lanes, shares.chunk(), shares.chunks(), shares.parts(), 0, 0);
    }
    int groups = Shares.groups(facts, out.elements() * bytesOfPixel);
    int parts = Math.min(groups, in.channels());
    int rows = Math.ceilDiv(out.height(), Math.min(out.height(), groups / parts));
    long fits = (most / length - window.rows(1)) / window.kernel().strideY() + 1;
    int chunk = (int) Math.min(rows, fits);
    return new Cut(
        window,
        vector,
        1,
        chunk,
        Math.ceilDiv(out.height(), chunk),
        parts,
        Math.toIntExact(length),
        window.rows(chunk) * length + vector);
  }

  private LaunchBuilder begin(KernelSource source, Cut cut, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    Shape inShape = in.map().shape();
    LaunchBuilder launch =
        memory
            .kernel(
                cut.window()
                    .constants(source)
                    .with("VECTOR", cut.vector())
                    .with("LANES", cut.lanes())
                    .when(cut.length() > 0, "STRIP"))
            .source(in)
            .rows(in)
            .target(to)
            .value(inShape.height())
            .value(inShape.width())
            .value(to.shape().height())
            .value(to.shape().width());
    return cut.window()
        .arguments(launch)
        .value(inShape.channels())
        .value(to.shape().channels() / inShape.channels())
        .value(cut.chunk());
  }

  private static Launch end(LaunchBuilder launch, Cut cut) {
    if (cut.length() > 0) {
      launch.value(cut.length()).local(cut.stripFloats());
    }
    return launch.over(cut.chunks(), cut.lanes(), cut.parts());
  }

  /**
   * Returns how many rows of the plane each output row sees, then how many columns each output
   * column sees, filled up to whole vectors.
   */
  private static float[] cells(Kernel2d kernel, Shape in, Shape out, int vector) {
    int height = out.height();
    int width = Math.ceilDiv(out.width(), vector) * vector;
    float[] cells = new float[Math.addExact(height, width)];
    for (int y = 0; y < height; y++) {
      cells[y] =
          inside(
              y, kernel.height(), kernel.strideY(), kernel.dilationY(), kernel.top(), in.height());
    }
    for (int x = 0; x < width; x++) {
      cells[height + x] =
          inside(
              x, kernel.width(), kernel.strideX(), kernel.dilationX(), kernel.left(), in.width());
    }
    return cells;
  }

  private static int inside(int at, int taps, int stride, int dilation, int before, int size) {
    int cells = 0;
    for (int k = 0; k < taps; k++) {
      long source = (long) at * stride + (long) k * dilation - before;
      cells += source >= 0 && source < size ? 1 : 0;
    }
    // Beyond the output's width there may be none, and nobody reads the quotient.
    return Math.max(1, cells);
  }
}
