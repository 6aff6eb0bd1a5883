package dev.shiftwise.backend.cpuvector;

/** Lays the planes of a value out for a kernel of several taps or a stride, in the workspace. */
final class PadTask implements Task {
  private static final int MOST_PARTS = 32;

  private final PlaneLoader loader;
  private final long[] sources;
  private final Place to;

  /**
   * Makes a task.
   *
   * @param sources for every channel where its plane is read, bytes from the slab's start
   * @param to where the padded planes go
   */
  PadTask(PlaneLoader loader, long[] sources, Place to) {
    this.loader = loader;
    this.sources = sources;
    this.to = to;
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, sources.length);
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int end = Task.begin(part + 1, parts(), sources.length);
    for (int c = Task.begin(part, parts(), sources.length); c < end; c++) {
      long plane = base + to.plane(c);
      loader.clear(plane);
      loader.load(base + sources[c], plane);
    }
  }
}
