package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.onnx.OnnxExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportCommandTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void trainedWeightsAreWritten() throws IOException {
    Path file = folder.resolve("fashion.onnx");
    Cli done = export("addressnet-fashion", file).requireSuccess();
    assertEquals(
        file
            + ": addressnet-fashion with trained weights of this release, "
            + String.format("%,d bytes%n", Files.size(file)),
        done.out());
    try (Model model = Models.open("addressnet-fashion")) {
      assertArrayEquals(
          OnnxExport.toBytes(model.network(), OnnxExport.Shifts.CONVOLVED, model.card().metadata()),
          Files.readAllBytes(file));
    }
  }

  @Test
  void whatIsWrittenClassifiesLikeTheOriginal() {
    Path file = folder.resolve("fashion.onnx");
    export("addressnet-fashion", file).requireSuccess();
    String boot = Repository.photograph("ankle-boot-000.png").toString();
    String bag = Repository.photograph("bag-018.png").toString();
    String[] command = {"classify", boot, bag, "--backend", "cpu-vector", "--model"};
    String original = classified(command, "addressnet-fashion");
    assertTrue(original.contains("Ankle boot"), original);
    assertEquals(original, classified(command, file.toString()));
  }

  private static String classified(String[] command, String model) {
    return Cli.run(
            Backends.discover(),
            Stream.concat(Stream.of(command), Stream.of(model)).toArray(String[]::new))
        .requireSuccess()
        .out();
  }

  @Test
  void randomWeightsAreSaidPlainly() throws IOException {
    Path file = folder.resolve("random.onnx");
    Cli done = export("addressnet-20", file, "--seed", "7", "--shifts", "sliced");
    assertEquals(0, done.exitCode());
    assertTrue(done.out().contains("random weights, seed 7"), done.out());
    assertEquals(
        "shiftwise: no trained weights ship for 'addressnet-20': these are random, and what the"
            + " network answers means nothing",
        done.err().strip());
    try (Model model = Models.random("addressnet-20", 7)) {
      assertArrayEquals(
          OnnxExport.toBytes(model.network(), OnnxExport.Shifts.SLICED, model.card().metadata()),
          Files.readAllBytes(file));
    }
  }

  @Test
  void weightsOfAFileAreForANetworkByName() throws IOException {
    Path weights =
        Repository.file(
            "models/src/main/resources/dev/shiftwise/models/addressnet-fashion.safetensors");
    Path named = folder.resolve("named.onnx");
    Path opened = folder.resolve("opened.onnx");
    assertTrue(
        export("addressnet-fashion", named, "--weights", weights.toString())
            .requireSuccess()
            .out()
            .contains(" with " + weights));
    export(weights.toString(), opened).requireSuccess();
    assertArrayEquals(Files.readAllBytes(named), Files.readAllBytes(opened));
    Path other = folder.resolve("other.onnx");
    assertTrue(
        export("addressnet-20", other, "--weights", weights.toString())
            .requireError(1)
            .err()
            .contains("wanted those of addressnet-20"));
    assertTrue(
        export(weights.toString(), other, "--weights", weights.toString())
            .requireError(2)
            .err()
            .contains("wanted one of [addressnet-fashion, "));
    assertFalse(Files.exists(other));
  }

  @Test
  void whatCannotBeDoneIsSaidInALine() {
    Path file = folder.resolve("x.onnx");
    assertTrue(
        export("adressnet-20", file).requireError(2).err().contains("did you mean addressnet-20"));
    assertTrue(
        export("addressnet-fashion", folder.resolve("none/x.onnx"))
            .requireError(1)
            .err()
            .contains("cannot be written"));
    assertFalse(Files.exists(file));
  }

  private static Cli export(String network, Path file, String... more) {
    return Cli.run(
        Stream.concat(Stream.of("export", network, "--onnx", file.toString()), Stream.of(more))
            .toArray(String[]::new));
  }
}
