package dev.shiftwise.cli;

import dev.shiftwise.bench.BenchListener;
import org.jspecify.annotations.Nullable;

/** Shows how far a benchmark is; the number of steps is known with the first. */
final class BenchProgress implements BenchListener, AutoCloseable {
  private @Nullable Progress progress;

  @Override
  public void step(int step, int steps, String what) {
    Progress shown = progress;
    if (shown == null) {
      shown = Progress.of("bench", steps);
      progress = shown;
    } else {
      shown.step();
    }
    shown.note(what);
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
