package dev.shiftwise.bench;

import java.time.Duration;

/** The plan of a run, told to the listener step by step. */
final class Steps {
  private final BenchListener listener;
  private final InterleavedTiming timing;
  private int steps;
  private int begun;
  private Duration planned = Duration.ZERO;
  private Duration passed = Duration.ZERO;
  private Duration current = Duration.ZERO;

  Steps(BenchListener listener, InterleavedTiming timing) {
    this.listener = listener;
    this.timing = timing;
  }

  /**
   * Adds steps to the plan.
   *
   * @param count how many
   * @param contenders how many are timed side by side in each
   */
  void plan(int count, int contenders) {
    steps += count;
    planned = planned.plus(timing.planned(contenders).multipliedBy(count));
  }

  /**
   * Begins a step; the one before it is over.
   *
   * @param what is measured in it
   * @param contenders as many as it was planned with
   */
  void begin(String what, int contenders) {
    passed = passed.plus(current);
    current = timing.planned(contenders);
    listener.step(new BenchListener.Step(begun++, steps, passed, planned, what));
  }
}
