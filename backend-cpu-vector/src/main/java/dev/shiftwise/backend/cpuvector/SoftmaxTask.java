package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

/**
 * Softmax over the channels of each pixel, stable for large values. A network's last and smallest
 * step: plain loops, with exponentials in double precision.
 */
final class SoftmaxTask implements Task {
  private static final int MOST_PARTS = 32;

  private final long[] sources;
  private final Place out;
  private final long pixels;

  SoftmaxTask(long[] sources, Place out, long pixels) {
    this.sources = sources;
    this.out = out;
    this.pixels = pixels;
  }

  @Override
  public int parts() {
    return (int) Math.min(MOST_PARTS, pixels);
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    long end = pixels * (part + 1) / parts();
    for (long p = pixels * part / parts(); p < end; p++) {
      pixel(base + p * Float.BYTES);
    }
  }

  private void pixel(long base) {
    float max = Float.NEGATIVE_INFINITY;
    for (long source : sources) {
      max = Math.max(max, NativeMemory.ALL.get(JAVA_FLOAT_UNALIGNED, base + source));
    }
    double sum = 0;
    for (long source : sources) {
      sum += exp(base + source, max);
    }
    for (int c = 0; c < sources.length; c++) {
      float share = (float) (exp(base + sources[c], max) / sum);
      NativeMemory.ALL.set(JAVA_FLOAT_UNALIGNED, base + out.plane(c), share);
    }
  }

  private static double exp(long address, float max) {
    return Math.exp((double) NativeMemory.ALL.get(JAVA_FLOAT_UNALIGNED, address) - max);
  }
}
