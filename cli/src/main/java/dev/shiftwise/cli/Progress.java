package dev.shiftwise.cli;

import java.io.Console;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** A progress bar with the time left, on standard error, if a person is watching. */
final class Progress implements AutoCloseable {
  private static final int MILLIS = 1000;

  private final Optional<ProgressBar> bar;

  private Progress(String what, UnaryOperator<ProgressBarBuilder> kind) {
    this.bar = bar(what, kind);
  }

  /**
   * Starts a bar; invisible if the output is no terminal.
   *
   * @param what the unit of the steps, plural
   * @param steps how many there will be
   */
  static Progress of(String what, long steps) {
    return new Progress(what, builder -> builder.setInitialMax(steps));
  }

  /** Starts a bar over a time that was planned; invisible if the output is no terminal. */
  static Progress ofTime(String what) {
    return new Progress(what, builder -> builder.setUnit(" s", MILLIS).setInitialMax(1));
  }

  private static Optional<ProgressBar> bar(String what, UnaryOperator<ProgressBarBuilder> kind) {
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        kind.apply(new ProgressBarBuilder())
            .setTaskName(what)
            .setUpdateIntervalMillis((int) Duration.ofMillis(250).toMillis())
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .clearDisplayOnFinish()
            .build());
  }

  /** One step is done. */
  void step() {
    step(1);
  }

  /** Some steps are done. */
  void step(long count) {
    bar.ifPresent(shown -> shown.stepBy(count));
  }

  /** So much of a planned time has passed; the plan may have grown. */
  void reach(Duration passed, Duration planned) {
    bar.ifPresent(shown -> shown.maxHint(planned.toMillis()).stepTo(passed.toMillis()));
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
