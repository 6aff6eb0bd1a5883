package dev.shiftwise.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * What a run of the kit found: a result for each rule and backend.
 *
 * @param columns the backends in the order they were run
 * @param problems what is wrong with the run as a whole: required backends that were not there, and
 *     backends that were there but on which no assertion was made
 */
public record Matrix(List<Column> columns, List<String> problems) {

  /**
   * One backend's results.
   *
   * @param backend its name
   * @param device the device it ran on, or empty
   * @param unavailable why there was no device, or empty
   * @param results one for each rule that was run, in the order of {@link Rules#all}
   */
  public record Column(String backend, String device, String unavailable, List<Result> results) {

    /** Copies the list. */
    public Column {
      results = List.copyOf(results);
    }

    /** A provider that could not be asked, or did not open what it offered: its rules fail. */
    static Column broken(
        String backend, List<Rule> rules, String why, Conformance.Listener listener) {
      List<Result> results = new ArrayList<>();
      for (Rule rule : rules) {
        Result result =
            rule.needsBackend()
                ? Result.untested(rule, why)
                : new Result(rule, Verdict.FAIL, 0, why);
        results.add(result);
        listener.result(backend, result);
      }
      return new Column(backend, "", why, results);
    }

    /** Returns whether there was a device to run on. */
    public boolean isAvailable() {
      return !device.isEmpty();
    }

    /** Returns the number of assertions made on the opened backend. */
    public long assertions() {
      return results.stream()
          .filter(result -> result.rule().needsBackend())
          .mapToLong(Result::assertions)
          .sum();
    }

    /** Returns how many results have a verdict. */
    public long count(Verdict verdict) {
      return results.stream().filter(result -> result.verdict() == verdict).count();
    }
  }

  /** Copies the lists. */
  public Matrix {
    columns = List.copyOf(columns);
    problems = List.copyOf(problems);
  }

  /** Returns the rules that were run, in the order of {@link Rules#all}. */
  List<Rule> rules() {
    return columns.stream()
        .limit(1)
        .flatMap(column -> column.results().stream())
        .map(Result::rule)
        .toList();
  }

  /** Returns whether a rule failed or the run as a whole has a problem. */
  public boolean hasFailed() {
    return !problems.isEmpty()
        || columns.stream().anyMatch(column -> column.count(Verdict.FAIL) > 0);
  }

  /** Returns the matrix as text of at most 100 columns for one or two backends. */
  public String toText() {
    return MatrixText.of(this);
  }

  /** Returns the matrix as one JSON object. */
  public String toJson() {
    return MatrixJson.of(this);
  }

  /** Returns the matrix as an HTML page that needs nothing else, light or dark as the reader. */
  public String toHtml() {
    return MatrixHtml.of(this);
  }
}
