package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.bench.Bench;
import dev.shiftwise.bench.BenchOptions;
import dev.shiftwise.bench.BenchReport;
import dev.shiftwise.models.io.OutputFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    try (BenchNetworks subjects = BenchNetworks.open(spec(), networks);
        BenchProgress progress = new BenchProgress()) {
      options = networks.isEmpty() ? options : options.ofNetworks(subjects.all());
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
