package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.bench.Bench;
import dev.shiftwise.bench.BenchOptions;
import dev.shiftwise.bench.BenchReport;
import dev.shiftwise.models.io.OutputFiles;
import java.io.IOException;
import java.nio.file.Path;
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
          + " time: above 1 is slower than the primitive."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise bench --quick --json result.json")
final class BenchCommand extends ShiftwiseCommand {
  @Mixin private final BackendFilter filter = new BackendFilter();

  @Option(
      names = "--quick",
      description = "three sizes and fewer rounds: less than a minute a backend")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "also write the result as JSON")
  private @Nullable Path json;

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
    if (json != null) {
      requireFolder(json);
    }
    BenchOptions options =
        (quick ? BenchOptions.QUICK : BenchOptions.THOROUGH).withThreads(threads).withBatch(batch);
    BenchReport report;
    try (BenchProgress progress = new BenchProgress()) {
      report = new Bench(options, new KitOracle(), progress).run(backends, filter::takes);
    }
    out().print(report.toText());
    out().flush();
    if (json != null) {
      OutputFiles.writeText(json, report.toJson() + System.lineSeparator());
    }
    return 0;
  }

  private void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw misuse(option + " is " + value + ", wanted at least 1");
    }
  }
}
