package dev.shiftwise.bench;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Backends.Candidate;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.bench.BenchReport.Absent;
import dev.shiftwise.bench.BenchReport.BackendResult;
import dev.shiftwise.bench.BenchReport.ComparisonResult;
import dev.shiftwise.bench.BenchReport.Environment;
import dev.shiftwise.bench.BenchReport.Limits;
import dev.shiftwise.bench.BenchReport.Settings;
import dev.shiftwise.bench.BenchReport.WorkloadResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Runs the paper's comparisons on every backend: checks the values of every network first, then
 * times the variants side by side.
 *
 * <p>Stateless but for its settings; a run uses the calling thread and those of the backends.
 */
public final class Bench {
  private final BenchOptions options;
  private final Oracle oracle;
  private final BenchListener listener;

  /** Makes a benchmark. */
  public Bench(BenchOptions options, Oracle oracle, BenchListener listener) {
    this.options = options;
    this.oracle = oracle;
    this.listener = listener;
  }

  /**
   * Measures the limits of the processor, then every backend that is available, each on its device
   * of the highest rank.
   *
   * @param backends what was found
   * @param wanted which of them to take, by name
   * @throws WrongValueException if a backend computes a wrong value; nothing is timed then
   */
  public BenchReport run(Backends backends, Predicate<String> wanted) {
    List<Candidate> candidates =
        backends.candidates().stream().filter(one -> wanted.test(one.name())).toList();
    List<Candidate> available =
        candidates.stream().filter(one -> !one.devices().isEmpty()).toList();
    Environment environment = Surroundings.describe();
    Steps steps = new Steps(available.size());
    steps.begin("limits of the processor");
    Limits limits = ProcessorLimits.measure(options.timing());
    List<BackendResult> results = new ArrayList<>();
    for (Candidate candidate : available) {
      try (Backend backend = backends.open(candidate.name())) {
        results.add(measure(backend, steps));
      }
    }
    InterleavedTiming timing = options.timing();
    return new BenchReport(
        BenchReport.SCHEMA,
        BenchReport.SCHEMA_VERSION,
        environment,
        new Settings(
            options.threads(),
            options.batch(),
            Chain.LAYERS,
            timing.rounds(),
            timing.slice().toNanos() / 1e6,
            timing.warmUp().toNanos() / 1e6),
        limits,
        results,
        candidates.stream().filter(one -> one.devices().isEmpty()).map(Bench::absent).toList());
  }

  private BackendResult measure(Backend backend, Steps steps) {
    VariantTiming timing = new VariantTiming(backend, options, oracle);
    List<ComparisonResult> comparisons = new ArrayList<>();
    for (PaperComparison comparison : PaperComparison.values()) {
      List<WorkloadResult> workloads = new ArrayList<>();
      for (Workload workload : options.workloads()) {
        steps.begin(backend.device().backend() + " " + comparison.id() + " " + workload);
        workloads.add(timing.measure(workload, comparison.variants(workload)));
      }
      comparisons.add(
          new ComparisonResult(
              comparison.id(),
              comparison.title(),
              workloads.getFirst().variants().getFirst().name(),
              workloads,
              geometricMeans(workloads)));
    }
    Device device = backend.device();
    return new BackendResult(
        device.backend(), device.name(), device.id(), device.properties(), comparisons);
  }

  private static Map<String, Double> geometricMeans(List<WorkloadResult> workloads) {
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < workloads.getFirst().variants().size(); i++) {
      int variant = i;
      means.put(
          workloads.getFirst().variants().get(i).name(),
          Samples.geometricMean(
              workloads.stream()
                  .mapToDouble(one -> one.variants().get(variant).ratio())
                  .toArray()));
    }
    return means;
  }

  private static Absent absent(Candidate candidate) {
    List<Reason> reasons =
        candidate.probe() instanceof Probe.Unavailable(var found) ? found : List.of();
    return new Absent(candidate.name(), reasons.stream().map(Reason::toString).toList());
  }

  /** Counts the steps for the listener. */
  private final class Steps {
    private final int all;
    private int done;

    Steps(int backends) {
      all = 1 + backends * PaperComparison.values().length * options.workloads().size();
    }

    void begin(String what) {
      listener.step(done++, all, what);
    }
  }
}
