package dev.shiftwise.conformance;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes a matrix as JSON. By hand, since the kit is a test dependency of other projects and brings
 * them nothing but JUnit.
 */
final class MatrixJson {
  private MatrixJson() {}

  static String of(Matrix matrix) {
    return "{\"failed\":"
        + matrix.hasFailed()
        + ",\"problems\":"
        + array(matrix.problems(), MatrixJson::string)
        + ",\"backends\":"
        + array(matrix.columns(), MatrixJson::column)
        + "}";
  }

  private static String column(Matrix.Column column) {
    return "{\"backend\":"
        + string(column.backend())
        + ",\"device\":"
        + string(column.device())
        + ",\"unavailable\":"
        + string(column.unavailable())
        + ",\"assertions\":"
        + column.assertions()
        + ",\"rules\":"
        + array(column.results(), MatrixJson::result)
        + "}";
  }

  private static String result(Result result) {
    return "{\"id\":"
        + string(result.rule().id())
        + ",\"title\":"
        + string(result.rule().title())
        + ",\"verdict\":"
        + string(result.verdict().name())
        + ",\"assertions\":"
        + result.assertions()
        + ",\"detail\":"
        + string(result.detail())
        + "}";
  }

  private static <T> String array(List<T> elements, Function<T, String> each) {
    return elements.stream().map(each).collect(Collectors.joining(",", "[", "]"));
  }

  /** Quotes a string; everything outside printable ASCII is escaped. */
  static String string(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
