package dev.shiftwise.cli;

import dev.shiftwise.bench.BenchListener;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a benchmark is and how long it still takes: the plan of its rounds says what share
 * of the time has passed.
 */
final class BenchProgress implements BenchListener, AutoCloseable {
  private @Nullable Progress progress;

  @Override
  public void step(Step step) {
    Progress shown = progress;
    if (shown == null) {
      shown = Progress.ofTime("bench");
      progress = shown;
    }
    shown.reach(step.passed(), step.planned());
    shown.note((step.number() + 1) + "/" + step.steps() + " " + step.what());
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
