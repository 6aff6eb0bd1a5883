package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends.Candidate;
import dev.shiftwise.bench.ConformanceReport;
import dev.shiftwise.bench.ConformanceReport.Column;
import dev.shiftwise.bench.ConformanceReport.RuleResult;
import dev.shiftwise.bench.ConformanceReport.Verdict;
import dev.shiftwise.conformance.Conformance;
import dev.shiftwise.conformance.Matrix;
import dev.shiftwise.conformance.Result;
import java.util.List;

/** The conformance kit's rules, run with a progress bar. */
final class ConformanceRun {
  private ConformanceRun() {}

  /**
   * Runs rules over backends.
   *
   * @param rules how many there are
   */
  static Matrix run(Conformance conformance, long rules, List<Candidate> candidates) {
    try (Progress progress = Progress.of("rules", rules * candidates.size())) {
      return conformance.run(
          candidates,
          (backend, result) -> {
            progress.note(backend + " " + result.rule().id());
            progress.step();
          });
    }
  }

  /** Returns a matrix as a benchmark's report tells it. */
  static ConformanceReport report(Matrix matrix) {
    return new ConformanceReport(
        matrix.hasFailed(),
        matrix.problems(),
        matrix.columns().stream().map(ConformanceRun::column).toList());
  }

  private static Column column(Matrix.Column column) {
    return new Column(
        column.backend(),
        column.device(),
        column.unavailable(),
        column.assertions(),
        column.results().stream().map(ConformanceRun::result).toList());
  }

  private static RuleResult result(Result result) {
    return new RuleResult(
        result.rule().id(),
        result.rule().title(),
        Verdict.valueOf(result.verdict().name()),
        result.assertions(),
        result.detail());
  }
}
