package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.models.io.LabelledPictures;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network and its weights, read as the specification's text in double precision, against what
 * PyTorch computed: free of any backend, so that a fault found here is one of this module.
 */
class FashionOracleTest {
  private static final int IMAGES = 30; // the oracle takes its time: about 0.1 s an image

  @TempDir Path folder;

  @Test
  void theSpecificationGivesPyTorchsLogits() throws IOException {
    Tensor recorded = FashionLogits.recorded(folder);
    try (Model model = Models.open("addressnet-fashion");
        LabelledPictures data = LabelledPictures.open(ExamplePhotographs.DATA, "t10k")) {
      for (int image = 0; image < IMAGES; image++) {
        float[] prepared = model.preprocessing().apply(data.next().picture());
        RealImage logits = evaluate(model, prepared);
        for (int c = 0; c < model.labels().size(); c++) {
          float wanted = recorded.get((long) image * model.labels().size() + c);
          assertEquals(wanted, logits.value(c), 1e-5, "image " + image + ", class " + c);
        }
      }
    }
  }

  private static RealImage evaluate(Model model, float[] image) {
    int[] bits = new int[image.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(image[i]);
    }
    Map<String, List<RealImage>> outputs =
        ReferenceEvaluator.evaluate(model.network(), Map.of(Architecture.INPUT, bits), 1);
    return Objects.requireNonNull(outputs.get(Architecture.OUTPUT)).getFirst();
  }
}
