package dev.shiftwise.cli;

import java.io.Console;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar with the time left, on standard error, if a person is watching. */
final class Progress implements AutoCloseable {
  private final Optional<ProgressBar> bar;

  private Progress(Optional<ProgressBar> bar) {
    this.bar = bar;
  }

  /**
   * Starts a bar; invisible if the output is no terminal.
   *
   * @param what the unit of the steps, plural
   * @param steps how many there will be
   */
  static Progress of(String what, long steps) {
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
      return new Progress(Optional.empty());
    }
    return new Progress(
        Optional.of(
            new ProgressBarBuilder()
                .setTaskName(what)
                .setInitialMax(steps)
                .setUpdateIntervalMillis((int) Duration.ofMillis(250).toMillis())
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .clearDisplayOnFinish()
                .build()));
  }

  /** One step is done. */
  void step() {
    step(1);
  }

  /** Some steps are done. */
  void step(long count) {
    bar.ifPresent(shown -> shown.stepBy(count));
  }

  /** Shows what is at work. */
  void note(String text) {
    bar.ifPresent(shown -> shown.setExtraMessage(" " + text));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
