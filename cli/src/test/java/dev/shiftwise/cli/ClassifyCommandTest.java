package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiftwise.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassifyCommandTest {
  private static final Backends BACKENDS = Backends.discover();
  private static final String BOOT = Repository.photograph("ankle-boot-000.png").toString();

  @TempDir private Path folder = Path.of("");

  @Test
  void everyExampleIsRecognised() throws IOException {
    List<String> images;
    try (Stream<Path> files = Files.list(Repository.file("examples/photographs"))) {
      images = files.map(Path::toString).filter(name -> name.endsWith(".png")).sorted().toList();
    }
    assertTrue(images.size() >= 10, images::toString);
    Cli run = classify(Stream.concat(Stream.of("--json"), images.stream())).requireSuccess();

    JsonNode answers = new ObjectMapper().readTree(run.out());
    assertEquals(images.size(), answers.size());
    for (int i = 0; i < images.size(); i++) {
      JsonNode answer = answers.get(i);
      assertEquals(images.get(i), answer.get("image").asText());
      assertEquals(List.of("image", "top"), names(answer));
      assertEquals(3, answer.get("top").size());
      double sum = 0;
      double last = 1;
      for (JsonNode guess : answer.get("top")) {
        assertEquals(List.of("label", "probability"), names(guess));
        double probability = guess.get("probability").asDouble();
        assertTrue(probability >= 0 && probability <= last, answer::toString);
        last = probability;
        sum += probability;
      }
      assertTrue(sum <= 1 + 1e-12, answer::toString);
      String label = answer.at("/top/0/label").asText();
      String file = Path.of(images.get(i)).getFileName().toString();
      assertEquals(
          file.replaceFirst("-[0-9]+\\.png$", ""),
          label.toLowerCase(Locale.ROOT).replaceAll("[ /]", "-"),
          file);
    }
  }

  @Test
  void tableHasAHeadingAndALineForEachClass() {
    List<String> lines =
        classify(Stream.of("--top", "2", BOOT)).requireSuccess().out().lines().toList();
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).matches("image +label +probability"), lines.get(0));
    assertTrue(lines.get(1).startsWith(BOOT + "  Ankle boot "), lines.get(1));
    assertTrue(lines.get(1).endsWith(" %"), lines.get(1));
    assertTrue(lines.get(2).matches(" +Sneaker +[0-9.]+ %"), lines.get(2));
  }

  @Test
  void theAnswerDependsOnNeitherThreadsNorTheImagesBeside() {
    String other = Repository.photograph("bag-018.png").toString();
    String alone = classify(Stream.of("--json", "--threads", "1", BOOT)).requireSuccess().out();
    String beside =
        classify(Stream.of("--json", "--threads", "2", "--batch", "2", BOOT, other))
            .requireSuccess()
            .out();
    assertEquals(
        alone.strip().substring(0, alone.strip().length() - 1),
        beside.substring(0, alone.strip().length() - 1));
  }

  @Test
  void badImagesAreReportedAndTheRestGoesOn() throws IOException {
    String text = Files.writeString(folder.resolve("text.png"), "no image").toString();
    String cut =
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(Files.readAllBytes(Path.of(BOOT)), 60))
            .toString();
    String missing = folder.resolve("missing.png").toString();
    Path none = Files.createDirectories(folder.resolve("none"));
    Cli run = classify(Stream.of("--json", text, BOOT, missing, none.toString(), cut));

    assertEquals(1, run.exitCode());
    List<String> errors = run.err().lines().toList();
    assertEquals(4, errors.size(), run.err());
    assertEquals("shiftwise: " + none + ": a folder without images directly in it", errors.get(0));
    assertTrue(errors.get(1).startsWith("shiftwise: " + text + ": "), run.err());
    assertEquals("shiftwise: " + missing + ": there is no such file", errors.get(2));
    assertTrue(errors.get(3).startsWith("shiftwise: " + cut + ": "), run.err());
    assertTrue(run.out().startsWith("[{\"image\":\"" + BOOT + "\",\"top\":[{"), run.out());
    assertEquals(1, run.out().split("\"image\"", -1).length - 1);
  }

  @Test
  void aFolderStandsForTheImagesInItInSmallBatches() throws IOException {
    Path photographs = Repository.file("examples/photographs");
    List<String> names;
    try (Stream<Path> files = Files.list(photographs)) {
      names = files.map(Path::toString).filter(name -> name.endsWith(".png")).sorted().toList();
    }
    Cli folder = classify(Stream.of("--json", "--batch", "3", photographs.toString()));
    Cli each = classify(Stream.concat(Stream.of("--json", "--batch", "3"), names.stream()));
    assertEquals(each.requireSuccess().out(), folder.requireSuccess().out());
  }

  @Test
  void whatIsStatedTakesThePlaceOfWhatTheModelSays() throws IOException {
    String usual = classify(Stream.of("--json", BOOT)).requireSuccess().out();
    String same =
        classify(
                Stream.of(
                    "--json", "--mean=0.2860", "--std=0.3530", "--resize=28", "--top=3", BOOT))
            .requireSuccess()
            .out();
    assertEquals(usual, same);
    for (String option :
        List.of("--mean=0.3", "--std=0.4", "--resize=40", "--resize=28x40", "--resize=30x30")) {
      assertNotEquals(usual, classify(Stream.of("--json", option, BOOT)).requireSuccess().out());
    }
    String large = "--resize=40";
    assertNotEquals(
        classify(Stream.of("--json", large, BOOT)).out(),
        classify(Stream.of("--json", large, "--interpolation=bicubic", BOOT)).out());
    Path labels =
        Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
    assertTrue(
        classify(Stream.of("--labels", labels.toString(), BOOT))
            .requireSuccess()
            .out()
            .contains(BOOT + "  j "));
    Files.write(labels, new byte[] {(byte) 0xff, '\n'});
    Cli run = Cli.run(BACKENDS, "classify", BOOT, "--labels", labels.toString()).requireError(1);
    assertTrue(run.err().contains("is no text in UTF-8"), run.err());
  }

  @Test
  void withoutOneGoodImageThereIsAnEmptyAnswer() {
    Cli run = classify(Stream.of("--json", folder.resolve("missing.png").toString()));
    assertEquals(1, run.exitCode());
    assertEquals("[]", run.out().strip());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void aBrokenModelFileIsOneLine() throws IOException {
    Path file = Files.write(folder.resolve("m.safetensors"), new byte[] {1, 2, 3});
    Cli run = Cli.run(BACKENDS, "classify", BOOT, "--model", file.toString()).requireError(1);
    assertTrue(run.err().startsWith("shiftwise: " + file + ": "), run.err());
  }

  @Test
  void theLogSpeaksOnlyIfAsked() {
    assertEquals("", Cli.run(BACKENDS, "classify", BOOT).requireSuccess().err());
  }

  private static Cli classify(Stream<String> arguments) {
    return Cli.run(
        BACKENDS,
        Stream.concat(Stream.of("classify", "--backend", "cpu-vector"), arguments)
            .toArray(String[]::new));
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }
}
