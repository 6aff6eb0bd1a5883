package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.conformance.Rules;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Results that can be compared, and all that can be wrong with them. */
@Isolated("the kit counts the threads of this process")
final class CompareCommandTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private static Path folder = Path.of("");

  private static Path result = Path.of("");
  private static Path page = Path.of("");

  /** One small network, measured once for all tests. */
  @BeforeAll
  static void measure() {
    result = folder.resolve("measured.json");
    page = folder.resolve("page.html");
    Cli.run(
            Backends.discover(),
            "bench",
            "--quick",
            "--backend",
            "cpu-vector",
            "--network",
            "addressnet-fashion",
            "--conformance",
            "--json",
            result.toString(),
            "--html",
            page.toString())
        .requireSuccess();
    assertTrue(Files.exists(page));
  }

  /** Nothing is left behind, and no page is ever half written. */
  @AfterEach
  void onlyWholeFiles() throws IOException {
    Files.deleteIfExists(page);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.filter(file -> file.toString().endsWith(".part")).toList());
    }
  }

  private static Path changed(String name, Consumer<ObjectNode> change) throws IOException {
    ObjectNode tree = (ObjectNode) MAPPER.readTree(result.toFile());
    change.accept(tree);
    Path file = folder.resolve(name);
    MAPPER.writeValue(file.toFile(), tree);
    return file;
  }

  private static Path other() throws IOException {
    return changed(
        "other.json",
        tree -> ((ObjectNode) tree.get("environment")).put("time", "2026-01-01T00:00:00Z"));
  }

  private static Cli compare(Path... files) {
    return Cli.run(
        Stream.concat(
                Stream.concat(Stream.of("compare"), Stream.of(files).map(Path::toString)),
                Stream.of("--html", page.toString()))
            .toArray(String[]::new));
  }

  private static void requireRefused(Path file, String message) {
    Cli run = compare(result, file).requireError(1);
    assertTrue(run.err().startsWith("shiftwise: " + file + ": "), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(Files.exists(page));
  }

  @Test
  void aResultHoldsThePlanAndTheMatrix() throws IOException {
    JsonNode tree = MAPPER.readTree(result.toFile());
    JsonNode plan = tree.at("/backends/0/networks/0/variants/0/plan");
    assertTrue(plan.get("slabBytes").asLong() >= plan.get("peakLiveBytes").asLong());
    assertEquals(Rules.all().size(), tree.at("/conformance/backends/0/rules").size());
    assertEquals("PASS", tree.at("/conformance/backends/0/rules/0/verdict").asText());
    assertFalse(tree.at("/conformance/failed").asBoolean());
  }

  @Test
  void resultsOfSeveralRunsOnOnePage() throws IOException {
    compare(result, other()).requireSuccess();
    String html = Files.readString(page);
    assertTrue(html.contains("{\"label\":\"measured\","), "no label");
    assertTrue(html.contains("{\"label\":\"other\","), "no label");
    assertTrue(html.endsWith("</html>\n"));
  }

  @Test
  void filesOfOneNameAreToldApartByTheirFolder() throws IOException {
    Path there = Files.createDirectories(folder.resolve("there")).resolve("measured.json");
    Files.move(other(), there);
    compare(result, there).requireSuccess();
    assertTrue(Files.readString(page).contains("{\"label\":\"" + there + "\","));
  }

  @Test
  void fieldsThatANewerVersionAddedArePassedOver() throws IOException {
    Path more = changed("more.json", tree -> ((ObjectNode) tree.get("settings")).put("news", 1));
    compare(more).requireSuccess();
  }

  @Test
  void whatIsNoResult() throws IOException {
    Path text = folder.resolve("text.json");
    Files.writeString(text, "once upon a time");
    requireRefused(text, "is not JSON: line 1, column ");
    Files.writeString(text, "");
    requireRefused(text, "schema is missing, wanted 'shiftwise-bench'");
    Files.writeString(text, Files.readString(result) + "{}");
    requireRefused(text, "is not JSON: ");
    Files.writeString(text, "[".repeat(5000));
    requireRefused(text, "is not JSON: ");
    Files.writeString(text, "[1, 2]");
    requireRefused(text, "schema is missing");
    Files.writeString(text, "{\"schema\": \"\\u001b[2Jother\"}");
    requireRefused(text, "schema is '?[2Jother', wanted 'shiftwise-bench'");
    requireRefused(folder.resolve("none.json"), "there is no such file");
    requireRefused(folder, "is a folder");
  }

  @Test
  void otherVersions() throws IOException {
    requireRefused(
        changed("changed.json", tree -> tree.put("version", 99)),
        "version is 99, wanted 2; it comes from a newer Shiftwise");
    requireRefused(
        changed("changed.json", tree -> tree.put("version", 1)),
        "version is 1, wanted 2; it comes from an older Shiftwise, measure again");
    requireRefused(
        changed("changed.json", tree -> tree.put("version", "new")),
        "version is 'new', wanted a number");
  }

  @Test
  void fieldsThatAreMissingOrWrong() throws IOException {
    requireRefused(changed("changed.json", tree -> tree.remove("limits")), "limits is missing");
    requireRefused(
        changed("changed.json", tree -> ((ObjectNode) tree.at("/backends/0")).putNull("name")),
        "backends[0].name is null");
    requireRefused(
        changed("changed.json", tree -> variant(tree).remove("ratio")),
        "backends[0].networks[0].variants[0].ratio is missing");
    requireRefused(
        changed("changed.json", tree -> variant(tree).put("ratio", "fast")),
        "backends[0].networks[0].variants[0].ratio is not as it should be: ");
    requireRefused(
        changed("changed.json", tree -> variant(tree).put("medianNanos", 0)),
        "backends[0].networks[0].variants[0] is refused: medianNanos is 0.0, wanted more than 0");
    Path huge = folder.resolve("changed.json");
    Files.writeString(
        huge, Files.readString(result).replaceFirst("\"ratio\" : [0-9.]+", "\"ratio\" : 1e999"));
    requireRefused(huge, "holds a number that is too large");
  }

  private static ObjectNode variant(ObjectNode tree) {
    return (ObjectNode) tree.at("/backends/0/networks/0/variants/0");
  }

  @Test
  void oneRunTwice() throws IOException {
    Path copy = changed("copy.json", tree -> tree.put("more", true));
    requireRefused(copy, "holds the same run as " + result);
    Path around = result.resolveSibling("there/../measured.json");
    Files.createDirectories(folder.resolve("there"));
    assertTrue(compare(result, around).requireError(2).err().contains(around + " is named twice"));
  }

  @Test
  void aFileThatIsFarTooLarge() throws IOException {
    Path large = folder.resolve("large.json");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(200L << 20);
    }
    requireRefused(large, "is 200 MiB, wanted a result of at most 64 MiB");
  }

  @Test
  void whereThePageGoes() throws IOException {
    assertTrue(
        Cli.run("compare", result.toString(), "--html", result.toString())
            .requireError(2)
            .err()
            .contains("which is one of the results"));
    assertTrue(
        Cli.run("compare", result.toString(), "--html", folder.resolve("no/p.html").toString())
            .requireError(1)
            .err()
            .contains("is no folder"));
    assertTrue(
        Cli.run("compare", result.toString()).requireError(2).err().contains("'--html=FILE'"));
    assertTrue(Cli.run("compare", "--html", "x").requireError(2).err().contains("RESULT.json"));
  }
}
