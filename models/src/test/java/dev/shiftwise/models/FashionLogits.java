package dev.shiftwise.models;

import dev.shiftwise.models.io.NpyFile;
import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The logits that PyTorch computed for the photographs in {@code examples/fashion-1000}. */
final class FashionLogits {
  private static final String NAME = "fashion-1000-logits.npy";

  private FashionLogits() {}

  /** Reads them, image after image. */
  static Tensor recorded(Path folder) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(FashionLogits.class.getResourceAsStream(NAME), NAME)) {
      return NpyFile.read(Files.write(folder.resolve(NAME), in.readAllBytes()));
    }
  }
}
