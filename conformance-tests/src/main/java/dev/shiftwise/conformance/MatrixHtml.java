package dev.shiftwise.conformance;

import java.util.List;
import java.util.Locale;

/** Writes a matrix as one HTML page without scripts or links. */
final class MatrixHtml {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem;
        padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #8884;
        vertical-align: top; }
      td:first-child { white-space: nowrap; font-family: ui-monospace, monospace; }
      .pass { color: light-dark(#116329, #4ac26b); }
      .fail { color: light-dark(#a40e26, #ff7b72); font-weight: 600; }
      .unsupported { color: light-dark(#7d4e00, #d4a72c); }
      .untested { color: light-dark(#57606a, #8b949e); }
      small { display: block; color: light-dark(#57606a, #9aa4ae); }
      """;

  private MatrixHtml() {}

  static String of(Matrix matrix) {
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>Shiftwise conformance</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n<h1>Shiftwise conformance</h1>\n");
    for (String problem : matrix.problems()) {
      html.append("<p class=\"fail\">").append(escape(problem)).append("</p>\n");
    }
    for (Matrix.Column column : matrix.columns()) {
      html.append("<p><b>").append(escape(column.backend())).append("</b> ");
      html.append(
          column.isAvailable()
              ? escape(column.device())
              : "not available: " + escape(column.unavailable()));
      html.append("<br>");
      for (Verdict verdict : Verdict.values()) {
        html.append(column.count(verdict)).append(' ').append(verdict).append(", ");
      }
      html.append(column.assertions()).append(" assertions</p>\n");
    }
    html.append("<table>\n<tr><th>Rule<th>");
    matrix.columns().forEach(column -> html.append("<th>").append(escape(column.backend())));
    html.append('\n');
    List<Rule> rules = matrix.rules();
    for (int i = 0; i < rules.size(); i++) {
      html.append("<tr><td>").append(escape(rules.get(i).id()));
      html.append("<td>").append(escape(rules.get(i).title()));
      for (Matrix.Column column : matrix.columns()) {
        cell(html, column.results().get(i));
      }
      html.append('\n');
    }
    return html.append("</table>\n</html>\n").toString();
  }

  private static void cell(StringBuilder html, Result result) {
    html.append("<td class=\"")
        .append(result.verdict().name().toLowerCase(Locale.ROOT))
        .append("\">")
        .append(result.verdict())
        .append(' ')
        .append(result.assertions());
    if (!result.detail().isEmpty()) {
      html.append("<small>").append(escape(result.detail())).append("</small>");
    }
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
