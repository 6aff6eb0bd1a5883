package dev.shiftwise.bench;

import java.time.Duration;

/** Hears how far a benchmark is, to show it to a person. */
public interface BenchListener {

  /** Hears nothing. */
  BenchListener NONE = _ -> {};

  /** A step begins. */
  void step(Step step);

  /**
   * A step, and its place in the plan. What is planned are rounds and warm-up, without compiling
   * and the check of values: the share that has passed says more than the times.
   *
   * @param number from 0
   * @param steps how many there are; more may show when a backend is open
   * @param passed what was planned for the steps before
   * @param planned for all steps
   * @param what is measured in it
   */
  record Step(int number, int steps, Duration passed, Duration planned, String what) {}
}
