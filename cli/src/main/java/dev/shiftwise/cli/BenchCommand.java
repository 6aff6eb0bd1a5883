package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.bench.Bench;
import dev.shiftwise.bench.BenchOptions;
import dev.shiftwise.bench.BenchReport;
import dev.shiftwise.bench.ConformanceReport;
import dev.shiftwise.bench.page.MergedReports;
import dev.shiftwise.bench.page.ResultPage;
import dev.shiftwise.conformance.Conformance;
import dev.shiftwise.conformance.Matrix;
import dev.shiftwise.conformance.Rules;
import dev.shiftwise.models.io.OutputFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shiftwise bench}. */
@Command(
    name = "bench",
    description = {
      "Times each shift primitive against what it replaces, side by side, on every backend.",
      "Every value is checked before anything is timed. Ratios are multiples of the primitive's"
          + " time: above 1 is slower than the primitive.",
      "Then it times some whole networks, beside ONNX Runtime where its jars are; their ratios are"
          + " multiples of the backend's time. With --network it times those networks alone."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {
      "  shiftwise bench --quick --json result.json",
      "  shiftwise bench --html result.html",
      "  shiftwise bench --network mobilenet_v2 --network model.onnx --threads 2"
    })
final class BenchCommand extends ShiftwiseCommand {
  /**
   * What is timed without being asked for: what the paper has at three sizes, and what is known.
   */
  private static final List<String> QUICK_NETWORKS =
      List.of("addressnet-fashion", "addressnet-20", "mobilenet_v2");

  private static final List<String> THOROUGH_NETWORKS =
      List.of(
          "addressnet-fashion",
          "addressnet-20",
          "addressnet-44",
          "enhanced-addressnet-20",
          "addressnet-imagenet",
          "shufflenet_v2_x1_0",
          "mobilenet_v2",
          "resnet18");

  @Mixin private final BackendFilter filter = new BackendFilter();

  @Option(
      names = "--quick",
      description = "fewer rounds, three sizes, three networks: about a minute a backend")
  private boolean quick;

  @Option(
      names = "--network",
      paramLabel = "NAME|FILE",
      description =
          "only this network: a name, with random weights, or a model's file; 'all' for every name;"
              + " may be repeated")
  private List<String> networks = List.of();

  @Option(names = "--no-networks", description = "only the primitives")
  private boolean primitivesOnly;

  @Option(names = "--json", paramLabel = "FILE", description = "also write the result as JSON")
  private @Nullable Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "also write the result as a page that opens anywhere without a network")
  private @Nullable Path html;

  @Option(
      names = "--conformance",
      negatable = true,
      description =
          "also run the rules of docs/SPEC.md, for the matrix in --json and --html (default: if one"
              + " of them is given, but not with --quick)")
  private @Nullable Boolean conformance;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "threads that compute (default: ${DEFAULT-VALUE})")
  private int threads;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "images that run together (default: ${DEFAULT-VALUE})")
  private int batch;

  @Override
  public Integer call() throws IOException {
    requireAtLeastOne("--threads", threads);
    requireAtLeastOne("--batch", batch);
    if (primitivesOnly && !networks.isEmpty()) {
      throw misuse("--network and --no-networks exclude each other");
    }
    Backends backends = shiftwise().backends();
    filter.requireAvailable(backends);
    for (Path file : files()) {
      requireFolder(file);
    }
    BenchOptions options =
        (quick ? BenchOptions.QUICK : BenchOptions.THOROUGH).withThreads(threads).withBatch(batch);
    BenchReport report;
    try (BenchNetworks subjects = BenchNetworks.open(spec(), subjects());
        BenchProgress progress = new BenchProgress()) {
      options =
          networks.isEmpty()
              ? options.withNetworks(subjects.all())
              : options.ofNetworks(subjects.all());
      report = new Bench(options, new KitOracle(), progress).run(backends, filter::takes);
    }
    out().print(report.toText());
    out().flush();
    if (conformance == null ? !quick && !files().isEmpty() : conformance) {
      report = report.withConformance(conformance(backends));
    }
    if (json != null) {
      OutputFiles.writeText(json, report.toJson() + System.lineSeparator());
    }
    if (html != null) {
      OutputFiles.writeText(html, ResultPage.of(MergedReports.of(report)));
    }
    return report.conformance() != null && report.conformance().failed() ? 1 : 0;
  }

  /** Names and files of the networks that are timed. */
  private List<String> subjects() {
    if (primitivesOnly) {
      return List.of();
    }
    if (!networks.isEmpty()) {
      return networks;
    }
    return quick ? QUICK_NETWORKS : THOROUGH_NETWORKS;
  }

  /** The files that are written. */
  private List<Path> files() {
    return Stream.of(Optional.ofNullable(json), Optional.ofNullable(html))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Runs the rules after the times are taken, so that nothing of it warms anything up. */
  private ConformanceReport conformance(Backends backends) {
    Matrix matrix =
        ConformanceRun.run(
            Conformance.requiring(Set.copyOf(filter.names)),
            Rules.all().size(),
            filter.select(backends));
    if (matrix.hasFailed()) {
      report("rules of the specification failed; 'shiftwise verify' shows which");
    }
    return ConformanceRun.report(matrix);
  }

  private void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw misuse(option + " is " + value + ", wanted at least 1");
    }
  }
}
