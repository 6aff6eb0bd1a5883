package dev.shiftwise.bench;

/** Hears how far a benchmark is, to show it to a person. */
public interface BenchListener {

  /** Hears nothing. */
  BenchListener NONE = (step, steps, what) -> {};

  /**
   * A step begins.
   *
   * @param step its number, from 0
   * @param steps how many there are; all take about as long
   * @param what is measured in it
   */
  void step(int step, int steps, String what);
}
