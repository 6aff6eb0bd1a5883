package dev.shiftwise.conformance;

import java.util.List;
import java.util.Locale;

/** Prints a matrix as text. */
final class MatrixText {
  private MatrixText() {}

  static String of(Matrix matrix) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%-60s", "rule"));
    matrix
        .columns()
        .forEach(column -> text.append(String.format(Locale.ROOT, " %-18s", column.backend())));
    List<Rule> rules = matrix.rules();
    for (int i = 0; i < rules.size(); i++) {
      text.append(String.format(Locale.ROOT, "%n%-60s", rules.get(i)));
      for (Matrix.Column column : matrix.columns()) {
        Result result = column.results().get(i);
        text.append(
            String.format(Locale.ROOT, " %-11s %6d", result.verdict(), result.assertions()));
      }
    }
    for (Matrix.Column column : matrix.columns()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%n%s%s: %d passed, %d failed, %d unsupported, %d untested; %d assertions",
              column.backend(),
              column.isAvailable() ? " on " + column.device() : "",
              column.count(Verdict.PASS),
              column.count(Verdict.FAIL),
              column.count(Verdict.UNSUPPORTED),
              column.count(Verdict.UNTESTED),
              column.assertions()));
      if (!column.isAvailable()) {
        text.append(String.format(Locale.ROOT, "%n  not available: %s", column.unavailable()));
      }
      for (Result result : column.results()) {
        if (result.verdict() != Verdict.PASS && column.isAvailable()) {
          text.append(String.format(Locale.ROOT, "%n  %s", result));
        }
      }
    }
    matrix
        .problems()
        .forEach(problem -> text.append(String.format(Locale.ROOT, "%nproblem: %s", problem)));
    return text.append(System.lineSeparator()).toString();
  }
}
