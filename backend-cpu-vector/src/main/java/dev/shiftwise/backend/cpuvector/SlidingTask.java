package dev.shiftwise.backend.cpuvector;

import java.util.Arrays;

/** A window that slides over each plane on its own: depthwise convolution and pooling. */
final class SlidingTask implements Task {
  private static final int MOST_PARTS = 32;

  /** What becomes of one channel; addresses are absolute. */
  @FunctionalInterface
  private interface Window {
    /**
     * Computes and stores a channel's outputs.
     *
     * @param channel the input channel
     * @param plane its padded plane
     * @param results room for the flat loop's results
     * @param base address of the slab
     */
    void slide(int channel, long plane, long results, long base);
  }

  private final PlaneKernels planes;
  private final PaddedPlane padded;
  private final long[] sources;
  private final float padding;
  private final Window window;
  private final long resultBytes;

  private SlidingTask(
      PlaneKernels planes,
      PaddedPlane padded,
      VectorWidth width,
      long[] sources,
      float padding,
      Window window) {
    this.planes = planes;
    this.padded = padded;
    this.sources = sources;
    this.padding = padding;
    this.window = window;
    this.resultBytes = (padded.flat() + width.lanes()) * Float.BYTES;
  }

  /** Depthwise convolution; the outputs are a multiple of the input channels. */
  static SlidingTask convolution(
      PlaneKernels planes,
      PaddedPlane padded,
      VectorWidth width,
      float[] weights,
      float[] bias,
      Clamp clamp,
      long[] sources,
      Place out) {
    long[] taps = padded.taps();
    int outputs = bias.length / sources.length;
    Window window =
        (channel, plane, results, base) -> {
          for (int o = channel * outputs; o < (channel + 1) * outputs; o++) {
            planes.slideSum(
                plane, taps, weights, o * taps.length, bias[o], results, padded.flat(), clamp);
            padded.store(planes, results, base + out.plane(o));
          }
        };
    return new SlidingTask(planes, padded, width, sources, 0f, window);
  }

  /** Average pooling over the cells inside the plane. */
  static SlidingTask average(
      PlaneKernels planes, PaddedPlane padded, VectorWidth width, long[] sources, Place out) {
    long[] taps = padded.taps();
    float[] ones = new float[taps.length];
    Arrays.fill(ones, 1f);
    float[] factors = padded.averagingFactors(width.lanes());
    Window window =
        (channel, plane, results, base) -> {
          planes.slideSum(plane, taps, ones, 0, 0f, results, padded.flat(), Clamp.NONE);
          planes.scale(results, factors);
          padded.store(planes, results, base + out.plane(channel));
        };
    return new SlidingTask(planes, padded, width, sources, 0f, window);
  }

  /** Maximum pooling. */
  static SlidingTask max(
      PlaneKernels planes, PaddedPlane padded, VectorWidth width, long[] sources, Place out) {
    Window window =
        (channel, plane, results, base) -> {
          planes.slideMax(plane, padded.taps(), results, padded.flat());
          padded.store(planes, results, base + out.plane(channel));
        };
    return new SlidingTask(planes, padded, width, sources, Float.NEGATIVE_INFINITY, window);
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, sources.length);
  }

  @Override
  public long scratchBytes() {
    return padded.bytes() + resultBytes;
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    long plane = scratch.address;
    padded.clear(planes, plane, padding);
    int to = Task.begin(part + 1, parts(), sources.length);
    for (int c = Task.begin(part, parts(), sources.length); c < to; c++) {
      padded.load(planes, base + sources[c], plane);
      window.slide(c, plane, plane + padded.bytes(), base);
    }
  }
}
