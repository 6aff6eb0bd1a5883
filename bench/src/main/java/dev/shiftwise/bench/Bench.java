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
import dev.shiftwise.bench.BenchReport.NetworkResult;
import dev.shiftwise.bench.BenchReport.PeerStatus;
import dev.shiftwise.bench.BenchReport.Settings;
import dev.shiftwise.bench.BenchReport.WorkloadResult;
import dev.shiftwise.bench.NetworkTiming.Named;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Runs the paper's comparisons on every backend, one with the peers that are there, and whole
 * networks beside the peers: checks all values first, then times the variants side by side.
 *
 * <p>Stateless but for its settings; a run uses the calling thread and those of the backends.
 */
public final class Bench {
  private final BenchOptions options;
  private final Oracle oracle;
  private final BenchListener listener;
  private final List<Peer> peers;

  /** A peer, and why it cannot be had. */
  private record Found(Peer peer, Optional<String> missing) {
    PeerStatus status() {
      return new PeerStatus(
          peer.name(), missing.isEmpty() ? peer.version() : "", missing.orElse(""));
    }
  }

  /** Makes a benchmark. */
  public Bench(BenchOptions options, Oracle oracle, BenchListener listener) {
    this(options, oracle, listener, List.of(new OnnxRuntime(), new OpenBlas()));
  }

  Bench(BenchOptions options, Oracle oracle, BenchListener listener, List<Peer> peers) {
    this.options = options;
    this.oracle = oracle;
    this.listener = listener;
    this.peers = List.copyOf(peers);
  }

  /**
   * Measures the limits of the processor, then every backend that is available, each on its device
   * of the highest rank. Where that is the processor, the peers run beside it.
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
    List<Found> found = peers.stream().map(peer -> new Found(peer, peer.missing())).toList();
    List<Peer> there =
        found.stream().filter(one -> one.missing().isEmpty()).map(Found::peer).toList();
    Environment environment = Surroundings.describe();
    Steps steps = steps(available, there);
    steps.begin("limits of the processor", 1);
    Limits limits = ProcessorLimits.measure(options.timing());
    List<PeerStatus> statuses = new ArrayList<>();
    found.forEach(one -> statuses.add(one.status()));
    List<BackendResult> results = new ArrayList<>();
    for (Candidate candidate : available) {
      try (Backend backend = backends.open(candidate.name());
          DeviceLibraries libraries = new DeviceLibraries(backend)) {
        statuses.addAll(libraries.statuses());
        results.add(measure(backend, beside(backend.device(), there), libraries.engines(), steps));
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
        candidates.stream().filter(one -> one.devices().isEmpty()).map(Bench::absent).toList(),
        statuses,
        null);
  }

  /** Peers run on the processor, and are no measure for another device. */
  private static List<Peer> beside(Device device, List<Peer> there) {
    return isProcessor(device) ? there : List.of();
  }

  private static boolean isProcessor(Device device) {
    return device.rank() <= Device.RANK_CPU;
  }

  /** The device that is opened. */
  private static Device best(Candidate candidate) {
    return Collections.max(candidate.devices(), Comparator.comparingInt(Device::rank));
  }

  private BackendResult measure(
      Backend backend, List<Peer> beside, List<BackendEngine> libraries, Steps steps) {
    Engine engine = new BackendEngine(backend);
    if (!libraries.isEmpty()) {
      // They show only when a backend is open.
      steps.plan(options.workloads().size(), LibraryComparison.entrants(libraries.size()));
    }
    List<ComparisonResult> comparisons = new ArrayList<>();
    if (!options.workloads().isEmpty()) {
      comparisons.addAll(primitives(backend, engine, beside, libraries, steps));
    }
    List<NetworkResult> networks = networks(backend, engine, beside, libraries, steps);
    Device device = backend.device();
    return new BackendResult(
        device.backend(),
        device.name(),
        device.id(),
        device.properties(),
        isProcessor(device),
        comparisons,
        networks,
        networkMeans(networks));
  }

  private List<ComparisonResult> primitives(
      Backend backend,
      Engine engine,
      List<Peer> beside,
      List<BackendEngine> libraries,
      Steps steps) {
    List<ComparisonResult> comparisons = new ArrayList<>();
    for (PaperComparison comparison : PaperComparison.values()) {
      comparisons.add(
          compare(
              comparison.id(),
              comparison.title(),
              workload ->
                  comparison.variants(workload).stream()
                      .map(variant -> new Entrant(engine, variant))
                      .toList(),
              backend.device(),
              PaperComparison.ABOUT,
              steps));
    }
    if (!beside.isEmpty()) {
      comparisons.add(
          compare(
              PeerComparison.ID,
              PeerComparison.TITLE,
              workload -> PeerComparison.entrants(workload, engine, beside),
              backend.device(),
              PeerComparison.entrants(beside.size()),
              steps));
    }
    if (!libraries.isEmpty()) {
      comparisons.add(
          compare(
              LibraryComparison.ID,
              LibraryComparison.TITLE,
              workload -> LibraryComparison.entrants(workload, engine, libraries),
              backend.device(),
              LibraryComparison.entrants(libraries.size()),
              steps));
    }
    return comparisons;
  }

  private List<NetworkResult> networks(
      Backend backend,
      Engine engine,
      List<Peer> beside,
      List<BackendEngine> libraries,
      Steps steps) {
    List<Named> engines = new ArrayList<>();
    engines.add(new Named(backend.device().backend(), engine));
    Stream.concat(beside.stream().filter(Peer::runsNetworks), libraries.stream())
        .forEach(one -> engines.add(new Named(one.name(), one)));
    NetworkTiming timing = new NetworkTiming(options, oracle);
    List<NetworkResult> results = new ArrayList<>();
    for (BenchNetwork network : options.networks()) {
      steps.begin(
          backend.device().backend() + " " + network.name(), engines.size() - libraries.size());
      results.add(timing.measure(network, engines));
    }
    return results;
  }

  /** Of those that ran every network that the backend ran: a mean of others compares nothing. */
  private static Map<String, Double> networkMeans(List<NetworkResult> networks) {
    Map<String, List<Double>> ratios = new LinkedHashMap<>();
    List<NetworkResult> timed =
        networks.stream().filter(network -> !network.variants().isEmpty()).toList();
    for (NetworkResult network : timed) {
      network
          .variants()
          .forEach(
              one -> ratios.computeIfAbsent(one.name(), _ -> new ArrayList<>()).add(one.ratio()));
    }
    Map<String, Double> means = new LinkedHashMap<>();
    ratios.forEach(
        (name, all) -> {
          if (all.size() == timed.size()) {
            means.put(
                name,
                Samples.geometricMean(all.stream().mapToDouble(Double::doubleValue).toArray()));
          }
        });
    return means;
  }

  private ComparisonResult compare(
      String id,
      String title,
      Function<Workload, List<Entrant>> entrants,
      Device device,
      int contenders,
      Steps steps) {
    VariantTiming timing = new VariantTiming(options, oracle);
    List<WorkloadResult> workloads = new ArrayList<>();
    for (Workload workload : options.workloads()) {
      steps.begin(device.backend() + " " + id + " " + workload, contenders);
      workloads.add(timing.measure(workload, entrants.apply(workload)));
    }
    return new ComparisonResult(
        id,
        title,
        workloads.getFirst().variants().getFirst().name(),
        workloads,
        geometricMeans(workloads));
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

  /** What libraries of the device add is not known before it is open. */
  private Steps steps(List<Candidate> backends, List<Peer> there) {
    Steps steps = new Steps(listener, options.timing());
    int sizes = options.workloads().size();
    steps.plan(1, 1);
    for (Candidate backend : backends) {
      List<Peer> beside = beside(best(backend), there);
      steps.plan(PaperComparison.values().length * sizes, PaperComparison.ABOUT);
      steps.plan(beside.isEmpty() ? 0 : sizes, PeerComparison.entrants(beside.size()));
      long peers = beside.stream().filter(Peer::runsNetworks).count();
      steps.plan(options.networks().size(), 1 + Math.toIntExact(peers));
    }
    return steps;
  }
}
