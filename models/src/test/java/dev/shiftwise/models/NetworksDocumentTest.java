package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/networks.md has the figures that the code counts. */
class NetworksDocumentTest {
  private static final String HEAD = "| network | input | classes |";

  @Test
  void theTableIsWhatTheCodeCounts() throws IOException {
    List<String> table =
        Files.readAllLines(Path.of("..", "docs", "networks.md")).stream()
            .dropWhile(line -> !line.startsWith(HEAD))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    List<String> wanted = NetworkFigures.all().stream().map(NetworksDocumentTest::row).toList();
    assertEquals(
        wanted.stream().collect(Collectors.joining("\n")),
        table.stream().collect(Collectors.joining("\n")));
  }

  static String row(NetworkFigures figures) {
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %d | %,d | %,d | %,d | %,d | %d |",
        figures.name(),
        figures.input(),
        figures.classes(),
        figures.parameters(),
        figures.multiplyAdds(),
        Math.ceilDiv(figures.plannedBytes(), 1024L),
        Math.ceilDiv(figures.naiveBytes(), 1024L),
        figures.copies());
  }
}
