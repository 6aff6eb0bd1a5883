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
      "With --network it times whole networks instead, beside ONNX Runtime where its jars are;"
          + " ratios are then multiples of the backend's time."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {
      "  shiftwise bench --quick --json result.json",
      "  shiftwise bench --html result.html",
      "  shiftwise bench --network mobilenet_v2 --network model.onnx --threads 2"
    })
final class BenchCommand extends ShiftwiseCommand {
  @Mixin private final BackendFilter filter = new BackendFilter();

  @Option(
      names = "--quick",
      description = "fewer rounds, and three sizes: less than a minute a backend")
  private boolean quick;

  @Option(
      names = "--network",
      paramLabel = "NAME|FILE",
      description =
          "a network by name, with random weights, or a model's file; 'all' for every name; may be"
              + " repeated")
  private List<String> networks = List.of();

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
    Backends backends = shiftwise().backends();
    filter.requireAvailable(backends);
    for (Path file : files()) {
      requireFolder(file);
    }
    BenchOptions options =
        (quick ? BenchOptions.QUICK : BenchOptions.THOROUGH).withThreads(threads).withBatch(batch);
    BenchReport report;
    try (BenchNetworks subjects = BenchNetworks.open(spec(), networks);
        BenchProgress progress = new BenchProgress()) {
      options = networks.isEmpty() ? options : options.ofNetworks(subjects.all());
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
