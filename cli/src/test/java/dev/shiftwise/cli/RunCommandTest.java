package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backends;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.io.LabelledPictures;
import dev.shiftwise.models.io.NpyFile;
import dev.shiftwise.models.io.Preprocessing;
import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunCommandTest {
  private static final Backends BACKENDS = Backends.discover();

  @TempDir private Path folder = Path.of("");

  @Test
  void logitsAreThoseOfPyTorch() throws IOException {
    Path images = folder.resolve("images.npy");
    NpyFile.write(images, photographs());
    Path logits = folder.resolve("logits.npy");
    assertEquals("", run(images, logits, "--batch", "48").requireSuccess().out());

    Tensor found = NpyFile.read(logits);
    Tensor wanted =
        NpyFile.read(
            Repository.file(
                "models/src/test/resources/dev/shiftwise/models/fashion-1000-logits.npy"));
    assertEquals(wanted.dimensions(), found.dimensions());
    double largest = 0;
    for (long i = 0; i < wanted.elements(); i++) {
      largest = Math.max(largest, Math.abs(wanted.get(i) - found.get(i)));
    }
    assertTrue(largest <= 1e-3, "a logit is off by " + largest);
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path input = folder.resolve("x.npy");
    Path output = folder.resolve("y.npy");
    assertTrue(run(input, output).requireError(1).err().contains("there is no such file"));
    NpyFile.write(input, Tensor.of(new float[784], 1, 28, 28));
    assertTrue(
        run(input, output)
            .requireError(1)
            .err()
            .contains("[1, 28, 28], wanted those of image Nx1x28x28"));
    NpyFile.write(input, Tensor.of(new float[0], 0, 1, 28, 28));
    assertTrue(
        run(input, output).requireError(1).err().contains("wanted those of image Nx1x28x28"));
    Files.writeString(input, "no array");
    assertTrue(run(input, output).requireError(1).err().contains(input + ": "));
    NpyFile.write(input, Tensor.of(new float[784], 1, 1, 28, 28));
    assertTrue(
        run(input, folder.resolve("none/y.npy"))
            .requireError(1)
            .err()
            .contains("cannot be written"));
    assertFalse(Files.exists(output));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(input), files.toList());
    }
  }

  private static Cli run(Path input, Path output, String... more) {
    return Cli.run(
        BACKENDS,
        Stream.concat(
                Stream.of(
                    "run",
                    "addressnet-fashion",
                    "--backend",
                    "cpu-vector",
                    "--input",
                    input.toString(),
                    "--output",
                    output.toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static Tensor photographs() throws IOException {
    try (Model model = Models.open("addressnet-fashion");
        LabelledPictures pictures =
            LabelledPictures.open(Repository.file("examples/fashion-1000"), "t10k")) {
      Preprocessing preprocessing = model.preprocessing();
      float[] values = new float[pictures.count() * preprocessing.size()];
      for (int i = 0; i < pictures.count(); i++) {
        preprocessing.apply(pictures.next().picture(), values, i * preprocessing.size());
      }
      return Tensor.of(values, pictures.count(), 1, 28, 28);
    }
  }
}
