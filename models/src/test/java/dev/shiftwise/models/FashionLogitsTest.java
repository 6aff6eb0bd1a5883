package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.io.LabelledPictures;
import dev.shiftwise.models.io.LabelledPictures.LabelledPicture;
import dev.shiftwise.models.io.Preprocessing;
import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way from the files to the answers, against the logits that PyTorch computed. */
class FashionLogitsTest {
  private static final int IMAGES = 1000;
  private static final int CLASSES = 10;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void equalPyTorchs(int batch) throws IOException {
    Tensor recorded = FashionLogits.recorded(folder);
    int[] labels = new int[IMAGES];
    float[] logits = new float[IMAGES * CLASSES];
    classify(batch, labels, logits);
    int right = 0;
    for (int image = 0; image < IMAGES; image++) {
      int best = 0;
      for (int c = 0; c < CLASSES; c++) {
        int at = image * CLASSES + c;
        assertEquals(recorded.get(at), logits[at], 1e-3, "image " + image + ", class " + c);
        best = logits[at] > logits[image * CLASSES + best] ? c : best;
      }
      right += best == labels[image] ? 1 : 0;
    }
    assertEquals(918, right);
  }

  @Test
  void theSessionOutlivesTheWeightsFile() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    Files.write(file, KnownModel.bytes("addressnet-fashion.safetensors"));
    float[] logits = new float[CLASSES];
    try (Backend backend = Backends.discover().open("cpu-vector")) {
      Session session;
      try (Model model = Models.open(file)) {
        session = backend.compile(model.network(), CompileOptions.DEFAULT.withWarmUp(false));
      }
      try (session;
          Model model = Models.open("addressnet-fashion");
          LabelledPictures data = LabelledPictures.open(ExamplePhotographs.DATA, "t10k")) {
        session.run(model.preprocessing().apply(data.next().picture()), logits);
      }
    }
    Tensor recorded = FashionLogits.recorded(folder);
    for (int c = 0; c < CLASSES; c++) {
      assertEquals(recorded.get(c), logits[c], 1e-3);
    }
  }

  private static void classify(int batch, int[] labels, float[] logits) throws IOException {
    try (Model model = Models.open("addressnet-fashion");
        LabelledPictures data = LabelledPictures.open(ExamplePhotographs.DATA, "t10k");
        Backend backend = Backends.discover().open("cpu-vector");
        Session session =
            backend.compile(
                model.network(), CompileOptions.DEFAULT.withMaxBatch(batch).withWarmUp(false))) {
      Preprocessing preprocessing = model.preprocessing();
      float[] input = new float[batch * preprocessing.size()];
      float[] output = new float[batch * CLASSES];
      for (int image = 0; image < IMAGES; image += batch) {
        for (int i = 0; i < batch; i++) {
          LabelledPicture next = data.next();
          labels[image + i] = next.label();
          preprocessing.apply(next.picture(), input, i * preprocessing.size());
        }
        session.run(input, output);
        System.arraycopy(output, 0, logits, image * CLASSES, output.length);
      }
      assertFalse(data.hasNext());
    }
  }
}
