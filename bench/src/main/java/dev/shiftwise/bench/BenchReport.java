package dev.shiftwise.bench;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark found. {@link ReportJson} writes exactly these records; docs/benchmarks.md
 * explains every field, and {@link #SCHEMA_VERSION} changes with their meaning.
 *
 * @param schema always {@link #SCHEMA}
 * @param version {@link #SCHEMA_VERSION}
 * @param environment what it ran on
 * @param settings how it was measured
 * @param limits what the processor can do at most
 * @param backends what was measured, a backend each
 * @param unavailable backends that could not be had
 * @param peers libraries of others that are timed beside backends on the processor, and those that
 *     a backend finds for its own device
 * @param conformance what the rules of the specification say of the backends; null if they were not
 *     run
 */
public record BenchReport(
    String schema,
    int version,
    Environment environment,
    Settings settings,
    Limits limits,
    List<BackendResult> backends,
    List<Absent> unavailable,
    List<PeerStatus> peers,
    @JsonSetter(nulls = Nulls.SET) @Nullable ConformanceReport conformance) {

  /** The name of the schema. */
  public static final String SCHEMA = "shiftwise-bench";

  /** The version of the schema. */
  public static final int SCHEMA_VERSION = 2;

  /** Copies the lists. */
  public BenchReport {
    backends = List.copyOf(backends);
    unavailable = List.copyOf(unavailable);
    peers = List.copyOf(peers);
  }

  /** Returns this report with what the rules of the specification say of the backends. */
  public BenchReport withConformance(ConformanceReport found) {
    return new BenchReport(
        schema, version, environment, settings, limits, backends, unavailable, peers, found);
  }

  /**
   * What it ran on. What could not be found out is {@code unknown}.
   *
   * @param time when it was measured, ISO 8601 in UTC
   * @param shiftwise version of Shiftwise
   * @param commit that it was built from
   * @param modified whether what it was built from had changes that are in no commit
   * @param java version of Java
   * @param jvm name and vendor of the virtual machine
   * @param jvmFlags its options
   * @param system operating system
   * @param architecture instruction set
   * @param processor name of the processor
   * @param processors how many the virtual machine may use
   * @param loadAverage the system's load over the last minute, negative if unknown; near 0 on a
   *     quiet machine
   */
  public record Environment(
      String time,
      String shiftwise,
      String commit,
      boolean modified,
      String java,
      String jvm,
      List<String> jvmFlags,
      String system,
      String architecture,
      String processor,
      int processors,
      double loadAverage) {

    /** Copies the list. */
    public Environment {
      jvmFlags = List.copyOf(jvmFlags);
    }
  }

  /**
   * How it was measured.
   *
   * @param threads threads that computed
   * @param batch images a run
   * @param layers layers, or modules, of every chain
   * @param rounds rounds that count
   * @param sliceMillis time of a contender in each round
   * @param warmUpMillis longest warm-up of a workload
   */
  public record Settings(
      int threads, int batch, int layers, int rounds, double sliceMillis, double warmUpMillis) {}

  /**
   * What one core can do at most, measured in the same run.
   *
   * @param fmaGflops float32 fused multiply-adds, two operations each, from registers; 0 if it
   *     could not be measured
   * @param vectorBits width of the vectors that it was measured with
   * @param copies how fast memory is copied
   */
  public record Limits(double fmaGflops, int vectorBits, List<CopySpeed> copies) {

    /** Copies the list. */
    public Limits {
      copies = List.copyOf(copies);
    }
  }

  /**
   * How fast memory is copied.
   *
   * @param bytes size of the source, and of the target
   * @param gigabytesPerSecond bytes copied, each counted once
   */
  public record CopySpeed(long bytes, double gigabytesPerSecond) {}

  /**
   * What a backend did.
   *
   * @param name the backend
   * @param device vendor and model
   * @param deviceId the device's stable id
   * @param properties what the device says of itself, its driver for example
   * @param onProcessor whether the device is the processor, whose limits {@code limits} are
   * @param comparisons the paper's comparisons, and those with libraries of others
   * @param networks the whole networks
   * @param networkMeans for each that was timed with all networks the geometric mean of its ratios
   */
  public record BackendResult(
      String name,
      String device,
      String deviceId,
      Map<String, String> properties,
      boolean onProcessor,
      List<ComparisonResult> comparisons,
      List<NetworkResult> networks,
      Map<String, Double> networkMeans) {

    /** Copies the lists. */
    public BackendResult {
      comparisons = List.copyOf(comparisons);
      networks = List.copyOf(networks);
    }
  }

  /**
   * One whole network.
   *
   * @param name its name
   * @param input shape of one image
   * @param parameters trained values
   * @param multiplyAdds of one image
   * @param steady whether the warm-up ended because nothing got faster any more
   * @param variants what was timed, the backend first; empty if it cannot run the network
   * @param leftOut who cannot run it, with the reason, a line each
   */
  public record NetworkResult(
      String name,
      String input,
      long parameters,
      long multiplyAdds,
      boolean steady,
      List<VariantResult> variants,
      List<String> leftOut) {

    /** Copies the lists. */
    public NetworkResult {
      variants = List.copyOf(variants);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * One comparison at all sizes.
   *
   * @param id stable word
   * @param title for people
   * @param base the variant whose time is 1
   * @param workloads the sizes
   * @param geometricMeans for every variant the geometric mean of its ratios over the sizes
   */
  public record ComparisonResult(
      String id,
      String title,
      String base,
      List<WorkloadResult> workloads,
      Map<String, Double> geometricMeans) {

    /** Copies the list. */
    public ComparisonResult {
      workloads = List.copyOf(workloads);
    }
  }

  /**
   * One comparison at one size.
   *
   * @param workload the size
   * @param steady whether the warm-up ended because nothing got faster any more
   * @param variants what was timed, the base first
   */
  public record WorkloadResult(Workload workload, boolean steady, List<VariantResult> variants) {

    /** Copies the list. */
    public WorkloadResult {
      variants = List.copyOf(variants);
    }
  }

  /**
   * One network's time. It covers the whole {@code Session.run}: the input's copy to the device's
   * layout, every step, and the output's copy back.
   *
   * @param name the variant
   * @param multiplyAdds of one image
   * @param trafficBytes of one run: what its operators read and write if each operand, parameter
   *     and result crosses once, and joining moves nothing
   * @param medianNanos median time of a run
   * @param lowerQuartileNanos a quarter of the rounds was faster
   * @param upperQuartileNanos a quarter of the rounds was slower
   * @param bestNanos time of a run in the fastest round
   * @param spread distance of the quartiles as a share of the median
   * @param gflops two operations a multiply-add, by the median time
   * @param ratio median of the pairwise ratios to the base's time; above 1 is slower than the base
   * @param plan where everything lives; null if what ran it does not tell
   */
  public record VariantResult(
      String name,
      long multiplyAdds,
      long trafficBytes,
      double medianNanos,
      double lowerQuartileNanos,
      double upperQuartileNanos,
      double bestNanos,
      double spread,
      double gflops,
      double ratio,
      @JsonSetter(nulls = Nulls.SET) @Nullable PlanReport plan) {

    /** Checks what others divide by. */
    public VariantResult {
      if (medianNanos <= 0) {
        throw new IllegalArgumentException(
            "medianNanos is " + medianNanos + ", wanted more than 0");
      }
    }
  }

  /**
   * A backend that could not be had.
   *
   * @param name the backend
   * @param reasons every reason, a line each
   */
  public record Absent(String name, List<String> reasons) {

    /** Copies the list. */
    public Absent {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * A library of others.
   *
   * @param name its name, which is its variant's too
   * @param version its version; empty if it is missing
   * @param missing why it was not timed and what to do; empty if it could be
   */
  public record PeerStatus(String name, String version, String missing) {}

  /** Returns the report as one JSON object, indented. */
  public String toJson() {
    return ReportJson.write(this);
  }

  /** Returns the report as tables of at most 100 columns. */
  public String toText() {
    return ReportText.of(this);
  }
}
