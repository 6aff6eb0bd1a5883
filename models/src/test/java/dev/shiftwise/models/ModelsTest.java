package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.models.io.Mutations;
import dev.shiftwise.models.io.SafetensorsFile;
import dev.shiftwise.models.io.SafetensorsWriter;
import dev.shiftwise.models.networks.AddressNet;
import dev.shiftwise.models.networks.AddressNet.Kind;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  @TempDir Path folder;

  private static Map<String, Tensor> randomTensors(Architecture architecture) {
    RandomWeights weights = new RandomWeights(3);
    Network unused = architecture.network(weights, Border.RING);
    assertEquals(architecture.name(), unused.name());
    return new LinkedHashMap<>(weights.tensors());
  }

  private Path written(Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Path file = folder.resolve("weights.safetensors");
    SafetensorsWriter.write(file, tensors, metadata);
    return file;
  }

  private static PointwiseConvolution pointwise(Model model, String node) {
    return model.network().nodes().stream()
        .filter(found -> found.name().equals(node))
        .map(found -> (PointwiseConvolution) found.operator())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void opensTheTrainedModelByName() throws IOException {
    assertEquals(List.of("addressnet-fashion"), Models.trainedNames());
    try (Model model = Models.open("addressnet-fashion")) {
      assertEquals(58_282, model.network().parameters());
      assertEquals("Ankle boot", model.labels().get(9));
      assertEquals(28 * 28, model.preprocessing().size());
    }
  }

  @Test
  void knowsLabelsAndPreprocessingOfEveryNetwork() {
    for (KnownModel known : KnownModel.all()) {
      assertEquals(known.architecture().input().elements(), known.preprocessing().size());
      assertEquals(known.architecture().classes(), known.labels().stream().distinct().count());
      assertEquals(known.architecture().classes(), known.labels().size());
    }
    assertEquals(Models.names().size(), Models.names().stream().distinct().count());
  }

  @Test
  void saysWhatToDoWithoutWeightsOrFile() {
    Exception untrained =
        assertThrows(IllegalArgumentException.class, () -> Models.open("addressnet-imagenet"));
    assertTrue(String.valueOf(untrained.getMessage()).contains("no trained weights"));
    Exception unknown = assertThrows(IllegalArgumentException.class, () -> Models.open("resnet"));
    assertEquals(
        "model: found 'resnet', wanted a .safetensors or .onnx file that exists or one of"
            + " [addressnet-fashion]",
        unknown.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Models.open("no\0path"));
    assertThrows(IllegalArgumentException.class, () -> Models.random("resnet", Border.RING, 1));
    assertThrows(NoSuchFileException.class, () -> Models.open(folder.resolve("missing")));
  }

  @Test
  void recognisesAFileByItsMetadata() throws IOException {
    Path file =
        written(
            randomTensors(AddressNet.cifar100(Kind.SHIFT, 20)),
            Map.of("network", "addressnet-20", "border", "ZERO"));
    try (Model model = Models.open(file.toString())) {
      assertEquals("addressnet-20", model.name());
      assertEquals(file.toString(), model.origin());
      AddressShift shift =
          (AddressShift) model.network().nodes().get(2).inputs().getFirst().steps().getLast();
      assertEquals(Border.ZERO, shift.border());
    }
  }

  @Test
  void recognisesAFileByItsTensors() throws IOException {
    for (Architecture architecture :
        List.of(AddressNet.cifar100(Kind.SHIFT, 44), AddressNet.fashion(Kind.SHIFT))) {
      try (Model model = Models.open(written(randomTensors(architecture), Map.of()))) {
        assertEquals(architecture.name(), model.name());
      }
    }
  }

  @Test
  void randomWeightsFollowTheirSeed() {
    Filter first =
        pointwise(Models.random("addressnet-20", Border.RING, 5), "blocks.0.pw1").filter();
    Filter same =
        pointwise(Models.random("addressnet-20", Border.RING, 5), "blocks.0.pw1").filter();
    Filter other =
        pointwise(Models.random("addressnet-20", Border.RING, 6), "blocks.0.pw1").filter();
    assertArrayEquals(first.foldedWeight(), same.foldedWeight());
    assertNotEquals(first.weight().get(0), other.weight().get(0));
  }

  @Test
  void readsFoldedAndPyTorchsFourDimensionsAndCounters() throws IOException {
    Map<String, Tensor> tensors = randomTensors(AddressNet.fashion(Kind.SHIFT));
    float[] unfoldedWeight;
    float[] unfoldedBias;
    try (Model model = Models.open(written(tensors, Map.of()))) {
      Filter filter = pointwise(model, "blocks.0.pw1").filter();
      unfoldedWeight = filter.foldedWeight();
      unfoldedBias = filter.foldedBias();
    }
    for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
      tensors.remove("blocks.0.bn1." + part);
    }
    tensors.put("blocks.0.pw1.weight", Tensor.of(unfoldedWeight, 128, 8, 1, 1));
    tensors.put("blocks.0.pw1.bias", Tensor.of(unfoldedBias, 128));
    tensors.put("bn.num_batches_tracked", Tensor.of(new float[1]));
    try (Model model = Models.open(written(tensors, Map.of()))) {
      Filter filter = pointwise(model, "blocks.0.pw1").filter();
      assertArrayEquals(unfoldedWeight, filter.foldedWeight());
      assertArrayEquals(unfoldedBias, filter.foldedBias());
    }
  }

  @Test
  void namesEverythingThatDoesNotFitAtOnce() throws IOException {
    Map<String, Tensor> tensors = randomTensors(AddressNet.fashion(Kind.SHIFT));
    tensors.remove("blocks.3.pw2.weight");
    tensors.remove("blocks.1.bn2.running_var");
    tensors.put("fc.bias", Tensor.of(new float[11], 11));
    tensors.put("extra", Tensor.of(new float[2], 2));
    Path file = written(tensors, Map.of("network", "addressnet-fashion"));
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> Models.open(file));
    assertEquals(
        file
            + ": tensors: found blocks.1.bn2.running_var missing (wanted [64]);"
            + " blocks.3.pw2.weight missing (wanted [64, 48, 1, 1]); fc.bias [11] (wanted [10]);"
            + " extra unexpected, wanted those of addressnet-fashion and no others",
        e.getMessage());
    ModelFormatException other =
        assertThrows(ModelFormatException.class, () -> Models.open(file, "addressnet-imagenet"));
    assertTrue(other.getMessage().contains("; and "), other.getMessage());
  }

  @Test
  void namesATensorOfAnotherType() throws IOException {
    String header =
        "{\"stem.weight\":{\"dtype\":\"F16\",\"shape\":[32,1,3,3],\"data_offsets\":[0,576]}}";
    byte[] content = new byte[8 + header.length() + 576];
    content[0] = (byte) header.length();
    System.arraycopy(header.getBytes(StandardCharsets.UTF_8), 0, content, 8, header.length());
    FileWeights weights =
        new FileWeights(SafetensorsFile.of("half", MemorySegment.ofArray(content)));
    weights.normalised("stem", "bn", 1e-5, 32, 1, 3, 3);
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> weights.requireFit("x"));
    assertTrue(e.getMessage().contains("stem.weight F16 (wanted F32)"), e.getMessage());
  }

  @Test
  void saysWhatToDoWithAFileThatFitsNothing() throws IOException {
    Path file = written(Map.of("w", Tensor.of(new float[1], 1)), Map.of("network", "vgg"));
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> Models.open(file));
    assertTrue(e.getMessage().contains("fit no network known here"), e.getMessage());
    assertTrue(e.getMessage().contains("__metadata__"), e.getMessage());
  }

  @Test
  void refusesAnUnknownBorder() throws IOException {
    Path file = written(randomTensors(AddressNet.fashion(Kind.SHIFT)), Map.of("border", "ROUND"));
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> Models.open(file));
    assertEquals("'ROUND'", e.found());
  }

  @Test
  void damagedWeightsEndInTheDeclaredException() throws IOException {
    byte[] sound = KnownModel.bytes("addressnet-fashion.safetensors");
    Random random = new Random(12);
    Path file = folder.resolve("damaged.safetensors");
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      Files.write(file, Mutations.of(sound, random));
      try (Model model = Models.open(file)) {
        assertEquals("addressnet-fashion", model.name());
      } catch (ModelFormatException e) {
        refused++;
      }
    }
    assertTrue(refused > 250, "only " + refused + " were refused");
  }

  @Test
  void ranksBySoftmax() {
    Model model = Models.random("addressnet-fashion", Border.RING, 1);
    float[] logits = new float[20];
    logits[10 + 3] = (float) Math.log(9);
    List<Guess> guesses = model.rank(logits, 1, 2);
    assertEquals("Dress", guesses.getFirst().label());
    assertEquals(0.5, guesses.getFirst().probability(), 1e-7);
    assertEquals(new Guess("T-shirt/top", guesses.get(1).probability()), guesses.get(1));
    assertEquals(1.0 / 18, guesses.get(1).probability(), 1e-7);
    assertThrows(IndexOutOfBoundsException.class, () -> model.rank(logits, 2, 1));
    assertEquals(10, model.rank(new float[] {1e30f, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 99).size());
  }
}
