package dev.shiftwise.bench;

import java.time.Duration;
import java.util.List;

/**
 * How a benchmark is run.
 *
 * @param workloads the sizes at which the primitives are compared
 * @param networks the whole networks
 * @param timing rounds, slices and warm-up
 * @param threads threads that compute, at least 1
 * @param batch images a run, at least 1
 */
public record BenchOptions(
    List<Workload> workloads,
    List<BenchNetwork> networks,
    InterleavedTiming timing,
    int threads,
    int batch) {
  /** ONNX Runtime's threads spin for some 60 ms after a run. */
  private static final Duration REST = Duration.ofMillis(100);

  /** A first look: three sizes, one thread, one image. */
  public static final BenchOptions QUICK =
      new BenchOptions(Workload.QUICK, List.of(), InterleavedTiming.QUICK, 1, 1);

  /** Every size, with more rounds. */
  public static final BenchOptions THOROUGH =
      new BenchOptions(Workload.ALL, List.of(), InterleavedTiming.THOROUGH, 1, 1);

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if threads or batch is below 1 or there is nothing to time
   */
  public BenchOptions {
    workloads = List.copyOf(workloads);
    networks = List.copyOf(networks);
    if (workloads.isEmpty() && networks.isEmpty()) {
      throw new IllegalArgumentException("workloads and networks are empty, wanted at least 1");
    }
    if (threads < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "threads is " + threads + " and batch " + batch + ", wanted at least 1 of each");
    }
  }

  /** Returns these options with whole networks beside the primitives. */
  public BenchOptions withNetworks(List<BenchNetwork> newNetworks) {
    return new BenchOptions(workloads, newNetworks, timing, threads, batch);
  }

  /** Returns these options with whole networks in place of the primitives. */
  public BenchOptions ofNetworks(List<BenchNetwork> newNetworks) {
    return new BenchOptions(List.of(), newNetworks, timing, threads, batch);
  }

  /** Returns these options with other threads; with several there is a rest before each slice. */
  public BenchOptions withThreads(int newThreads) {
    Duration rest = newThreads > 1 ? REST : Duration.ZERO;
    return new BenchOptions(workloads, networks, timing.withRest(rest), newThreads, batch);
  }

  /** Returns these options with another batch. */
  public BenchOptions withBatch(int newBatch) {
    return new BenchOptions(workloads, networks, timing, threads, newBatch);
  }
}
