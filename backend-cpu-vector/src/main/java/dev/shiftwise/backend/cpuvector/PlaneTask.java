package dev.shiftwise.backend.cpuvector;

/** Work on each channel's plane by itself. */
final class PlaneTask implements Task {
  private static final int MOST_PARTS = 32;

  /** What is done with one plane; addresses are absolute. */
  @FunctionalInterface
  interface Body {
    /**
     * Works on one channel.
     *
     * @param channel the channel
     * @param base address of the slab
     */
    void run(int channel, long base);
  }

  private final int channels;
  private final Body body;

  PlaneTask(int channels, Body body) {
    this.channels = channels;
    this.body = body;
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, channels);
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int to = Task.begin(part + 1, parts(), channels);
    for (int c = Task.begin(part, parts(), channels); c < to; c++) {
      body.run(c, base);
    }
  }
}
