package dev.shiftwise.bench;

import java.util.List;

/**
 * How a benchmark is run.
 *
 * @param workloads the sizes
 * @param timing rounds, slices and warm-up
 * @param threads threads that compute, at least 1
 * @param batch images a run, at least 1
 */
public record BenchOptions(
    List<Workload> workloads, InterleavedTiming timing, int threads, int batch) {

  /** A first look in less than a minute a backend: three sizes, one thread, one image. */
  public static final BenchOptions QUICK =
      new BenchOptions(Workload.QUICK, InterleavedTiming.QUICK, 1, 1);

  /** Every size, with more rounds. */
  public static final BenchOptions THOROUGH =
      new BenchOptions(Workload.ALL, InterleavedTiming.THOROUGH, 1, 1);

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if threads or batch is below 1 or there is no workload
   */
  public BenchOptions {
    workloads = List.copyOf(workloads);
    if (workloads.isEmpty()) {
      throw new IllegalArgumentException("workloads is empty, wanted at least 1");
    }
    if (threads < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "threads is " + threads + " and batch " + batch + ", wanted at least 1 of each");
    }
  }

  /** Returns these options with other threads. */
  public BenchOptions withThreads(int newThreads) {
    return new BenchOptions(workloads, timing, newThreads, batch);
  }

  /** Returns these options with another batch. */
  public BenchOptions withBatch(int newBatch) {
    return new BenchOptions(workloads, timing, threads, newBatch);
  }
}
