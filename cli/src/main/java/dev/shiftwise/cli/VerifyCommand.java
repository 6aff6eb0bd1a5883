package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Backends.Candidate;
import dev.shiftwise.conformance.Conformance;
import dev.shiftwise.conformance.Matrix;
import dev.shiftwise.conformance.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shiftwise verify}. */
@Command(
    name = "verify",
    description = {
      "Checks that backends compute what the specification says, rule by rule.",
      "The exit code is 1 if a rule fails, a provider is broken, or there is no backend to check."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise verify --backend cpu-vector --report conformance")
final class VerifyCommand extends ShiftwiseCommand {
  @Mixin private final BackendFilter filter = new BackendFilter();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "write conformance.txt, .json and .html to this folder")
  private @Nullable Path report;

  @Option(
      names = "--rule",
      paramLabel = "ID",
      description =
          "only this rule of docs/SPEC.md, such as SHIFT-04; may be repeated (default: all)")
  private Set<String> rules = Set.of();

  @Override
  public Integer call() throws IOException {
    Backends backends = shiftwise().backends();
    List<Candidate> candidates = filter.select(backends);
    Conformance conformance = conformance();
    if (report != null) {
      Files.createDirectories(report);
    }
    Matrix matrix =
        ConformanceRun.run(
            conformance, rules.isEmpty() ? Rules.all().size() : rules.size(), candidates);
    out().print(matrix.toText());
    out().flush();
    if (report != null) {
      Files.writeString(report.resolve("conformance.txt"), matrix.toText());
      Files.writeString(report.resolve("conformance.json"), matrix.toJson());
      Files.writeString(report.resolve("conformance.html"), matrix.toHtml());
    }
    filter.requireAvailable(backends);
    return matrix.hasFailed() || candidates.stream().anyMatch(BackendNames::isBroken) ? 1 : 0;
  }

  /** Makes a run of the rules asked for, of all where none is. */
  private Conformance conformance() {
    Conformance all = Conformance.requiring(Set.copyOf(filter.names));
    try {
      return rules.isEmpty() ? all : all.only(rules);
    } catch (IllegalArgumentException e) {
      throw misuse("--rule: " + e.getMessage());
    }
  }
}
