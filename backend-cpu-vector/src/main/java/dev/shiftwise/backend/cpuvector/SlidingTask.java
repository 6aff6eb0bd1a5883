package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.tensor.Shape;

/** A window that slides over each plane on its own: depthwise convolution and pooling. */
final class SlidingTask implements Task {
  private static final int MOST_PARTS = 32;

  private final PlaneKernels planes;
  private final PlaneLoader loader;
  private final WindowTiles tiles;
  private final float[] values;
  private final int valuesOfOutput;
  private final int outputsOfChannel;
  private final long[] sources;
  private final Place out;
  private final long plane;

  private SlidingTask(
      PlaneKernels planes,
      PlaneLoader loader,
      WindowTiles tiles,
      float[] values,
      int valuesOfOutput,
      int outputsOfChannel,
      long[] sources,
      Place out,
      long plane) {
    this.planes = planes;
    this.loader = loader;
    this.tiles = tiles;
    this.values = values;
    this.valuesOfOutput = valuesOfOutput;
    this.outputsOfChannel = outputsOfChannel;
    this.sources = sources;
    this.out = out;
    this.plane = plane;
  }

  /** What all windows need: how planes are laid out, and where they are read and written. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Planes(Kernels kernels, PaddedPlane padded, long[] sources, Place out, Shape outShape) {

    private SlidingTask task(
        WindowShape.Kind kind,
        Clamp clamp,
        float padding,
        float[] values,
        int valuesOfOutput,
        int outputsOfChannel) {
      return new SlidingTask(
          kernels.planes(),
          new PlaneLoader(kernels, padded, padding),
          new WindowTiles(kernels, padded, outShape, kind, clamp),
          values,
          valuesOfOutput,
          outputsOfChannel,
          sources,
          out,
          outShape.plane());
    }
  }

  /** Depthwise convolution; the outputs are a multiple of the input channels. */
  static SlidingTask convolution(Planes on, float[] weights, float[] bias, Clamp clamp) {
    int taps = weights.length / bias.length;
    float[] values = new float[Math.multiplyExact(bias.length, 1 + taps)];
    for (int o = 0; o < bias.length; o++) {
      values[o * (1 + taps)] = bias[o];
      System.arraycopy(weights, o * taps, values, o * (1 + taps) + 1, taps);
    }
    return on.task(
        WindowShape.Kind.WEIGHTED_SUM,
        clamp,
        0f,
        values,
        1 + taps,
        bias.length / on.sources().length);
  }

  /** Average pooling over the cells inside the plane. */
  static SlidingTask average(Planes on) {
    float[] factors = on.padded().averagingFactors(VectorWidth.MOST_LANES);
    return on.task(WindowShape.Kind.SCALED_SUM, Clamp.NONE, 0f, factors, 0, 1);
  }

  /** Maximum pooling. */
  static SlidingTask max(Planes on) {
    return on.task(WindowShape.Kind.MAX, Clamp.NONE, Float.NEGATIVE_INFINITY, new float[0], 0, 1);
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, sources.length);
  }

  @Override
  public long scratchBytes() {
    return loader.bytes() + (plane + VectorWidth.MOST_LANES) * Float.BYTES + tiles.partialBytes();
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    long in = scratch.address;
    long partial = in + loader.bytes();
    long results = partial + tiles.partialBytes();
    loader.clear(in);
    int to = Task.begin(part + 1, parts(), sources.length);
    for (int c = Task.begin(part, parts(), sources.length); c < to; c++) {
      loader.load(base + sources[c], in);
      for (int o = c * outputsOfChannel; o < (c + 1) * outputsOfChannel; o++) {
        long channel = base + out.plane(o);
        if (tiles.reachesBehind()) {
          tiles.run(in, values, o * valuesOfOutput, partial, results);
          planes.copy(results, channel, plane);
        } else {
          tiles.run(in, values, o * valuesOfOutput, partial, channel);
        }
      }
    }
  }
}
