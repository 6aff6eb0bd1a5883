package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiftwise.backend.Backends;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accuracy on the CPU, counted against PyTorch's for the same weights. */
final class EvaluateCommandTest {
  private static final Backends BACKENDS = Backends.discover();

  /** Where Debian's package dataset-fashion-mnist puts all photographs. */
  private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");

  @TempDir private Path folder = Path.of("");

  @Test
  void asManyRightAsPyTorch() throws IOException {
    JsonNode score = evaluate(Repository.file("examples/fashion-1000"));
    assertEquals(
        List.of("backend", "device", "model", "images", "correct", "accuracy", "imagesPerSecond"),
        score.properties().stream().map(Map.Entry::getKey).toList());
    assertEquals("cpu-vector", score.get("backend").asText());
    assertEquals("addressnet-fashion", score.get("model").asText());
    assertEquals(1000, score.get("images").asInt());
    assertEquals(918, score.get("correct").asInt());
    assertEquals(0.918, score.get("accuracy").asDouble());
    assertTrue(score.get("imagesPerSecond").asDouble() > 0);
  }

  @Test
  void asManyRightAsPyTorchOfAllTenThousand() throws IOException {
    assumeTrue(
        Files.exists(DEBIAN.resolve("t10k-images-idx3-ubyte.gz")),
        () -> "skipped: no photographs in " + DEBIAN + " (apt install dataset-fashion-mnist)");
    JsonNode score = evaluate(DEBIAN);
    assertEquals(10_000, score.get("images").asInt());
    assertEquals(9008, score.get("correct").asInt(), 2);
  }

  @Test
  void limitTakesTheFirstAndTextSaysTheSame() throws IOException {
    Path data = Repository.file("examples/fashion-1000");
    JsonNode score = evaluate(data, "--limit", "70", "--batch", "16");
    assertEquals(70, score.get("images").asInt());
    String out =
        Cli.run(
                BACKENDS,
                Stream.of(arguments(data, "--limit", "70"))
                    .filter(argument -> !argument.equals("--json"))
                    .toArray(String[]::new))
            .requireSuccess()
            .out();
    int correct = score.get("correct").asInt();
    String wanted =
        String.format(
            Locale.ROOT,
            "%d of 70 right, %.2f %%",
            correct,
            100 * score.get("accuracy").asDouble());
    assertTrue(out.contains(wanted), out);
    assertTrue(out.lines().toList().getLast().matches("[0-9]+ images/s"), out);
  }

  @Test
  void aLimitAboveWhatThereIsTakesAll() throws IOException {
    write(idx(3, 2, 28, 28), new byte[2 * 784], "t10k-images-idx3-ubyte.gz");
    write(idx(1, 2), new byte[] {1, 2}, "t10k-labels-idx1-ubyte.gz");
    assertEquals(2, evaluate(folder, "--limit", "5000").get("images").asInt());
  }

  @Test
  void missingOrBrokenDataIsOneLine() throws IOException {
    assertTrue(fail(folder).contains("t10k-images-idx3-ubyte"));
    assertTrue(
        fail(Repository.file("examples/fashion-1000"), "--split", "train").contains("train-"));
    write(idx(3, 2, 28, 28), new byte[2 * 784], "t10k-images-idx3-ubyte.gz");
    write(idx(1, 2), new byte[] {1, 99}, "t10k-labels-idx1-ubyte.gz");
    assertTrue(fail(folder).contains("photograph 1 has the label 99"));
    write(idx(3, 2, 28, 28), new byte[1000], "t10k-images-idx3-ubyte.gz");
    assertTrue(fail(folder).contains("t10k-images-idx3-ubyte.gz: "));
    write(idx(3, 0, 28, 28), new byte[0], "t10k-images-idx3-ubyte.gz");
    write(idx(1, 0), new byte[0], "t10k-labels-idx1-ubyte.gz");
    assertTrue(fail(folder).contains("holds no photographs"));
  }

  private static String fail(Path data, String... more) {
    return Cli.run(BACKENDS, arguments(data, more)).requireError(1).err();
  }

  private static JsonNode evaluate(Path data, String... more) throws IOException {
    return new ObjectMapper()
        .readTree(Cli.run(BACKENDS, arguments(data, more)).requireSuccess().out());
  }

  private static String[] arguments(Path data, String... more) {
    return Stream.concat(
            Stream.of("evaluate", "--json", "--backend", "cpu-vector", "--data", data.toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static byte[] idx(int dimensions, int... sizes) {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * sizes.length);
    header.putInt(0x800 + dimensions);
    for (int size : sizes) {
      header.putInt(size);
    }
    return header.array();
  }

  private void write(byte[] header, byte[] items, String name) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      out.write(header);
      out.write(items);
    }
  }
}
