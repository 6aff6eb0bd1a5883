package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.shiftwise.models.io.SafetensorsWriter;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.models.networks.Weights;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tensors that the networks ask for, by name and shape, and that files of them load. */
class NetworkWeightsTest {
  @TempDir Path folder;

  /** Notes names and shapes. */
  private static final class Asked implements Weights {
    private final Zeros zeros = new Zeros();
    private final Map<String, List<Long>> tensors = new LinkedHashMap<>();

    private void ask(String name, long... dimensions) {
      tensors.put(name, Arrays.stream(dimensions).boxed().toList());
    }

    @Override
    public Filter normalised(String layer, String norm, double epsilon, long... dimensions) {
      ask(Weights.weight(layer), dimensions);
      for (String tensor :
          List.of(
              Weights.weight(norm),
              Weights.bias(norm),
              Weights.mean(norm),
              Weights.variance(norm))) {
        ask(tensor, dimensions[0]);
      }
      return zeros.normalised(layer, norm, epsilon, dimensions);
    }

    @Override
    public Filter biased(String layer, long... dimensions) {
      ask(Weights.bias(layer), dimensions[0]);
      return plain(layer, dimensions);
    }

    @Override
    public Filter plain(String layer, long... dimensions) {
      ask(Weights.weight(layer), dimensions);
      return zeros.plain(layer, dimensions);
    }
  }

  /** Random weights as a file has them whose normalisation has been folded. */
  private static final class Folded implements Weights {
    private final RandomWeights random = new RandomWeights(8);
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    @Override
    public Filter normalised(String layer, String norm, double epsilon, long... dimensions) {
      return note(layer, random.normalised(layer, norm, epsilon, dimensions), dimensions);
    }

    @Override
    public Filter biased(String layer, long... dimensions) {
      return note(layer, random.biased(layer, dimensions), dimensions);
    }

    @Override
    public Filter plain(String layer, long... dimensions) {
      Filter filter = random.plain(layer, dimensions);
      tensors.put(Weights.weight(layer), filter.weight());
      return filter;
    }

    private Filter note(String layer, Filter filter, long... dimensions) {
      Tensor weight = Tensor.of(filter.foldedWeight(), dimensions);
      Tensor bias = Tensor.of(filter.foldedBias(), dimensions[0]);
      tensors.put(Weights.weight(layer), weight);
      tensors.put(Weights.bias(layer), bias);
      return Filter.of(weight, bias);
    }
  }

  private static Architecture architecture(String name) {
    return KnownModel.require(name).architecture();
  }

  private static Map<String, List<Long>> asked(String name) {
    Asked asked = new Asked();
    Architecture architecture = architecture(name);
    assertNotNull(architecture.network(asked, architecture.border()));
    return asked.tensors;
  }

  /** The lengths of PyTorch's state dictionaries, less a counter for each normalisation. */
  @ParameterizedTest
  @CsvSource({
    "resnet18,           122,  20",
    "resnet34,           218,  36",
    "resnet50,           320,  53",
    "mobilenet_v2,       314,  52",
    "shufflenet_v2_x0_5, 338,  56",
    "shufflenet_v2_x1_0, 338,  56",
    "shufflenet_v2_x1_5, 338,  56",
    "shufflenet_v2_x2_0, 338,  56",
    "squeezenet1_0,       52,   0",
    "squeezenet1_1,       52,   0",
    "mobilenet_v1,       164,  27",
    "shiftresnet20_6,    128,  21",
    "shufflenet_v1_g3,   295,  49",
  })
  void thereAreAsManyTensorsAsInTheStateDictionary(String name, int entries, int norms) {
    assertEquals(entries - norms, asked(name).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          resnet18           | conv1.weight                        | [64, 3, 7, 7]
          resnet18           | layer1.1.conv2.weight               | [64, 64, 3, 3]
          resnet18           | layer2.0.downsample.0.weight        | [128, 64, 1, 1]
          resnet18           | layer4.0.downsample.1.running_var   | [512]
          resnet18           | fc.weight                           | [1000, 512]
          resnet34           | layer3.5.bn2.bias                   | [256]
          resnet50           | bn1.running_mean                    | [64]
          resnet50           | layer1.0.downsample.0.weight        | [256, 64, 1, 1]
          resnet50           | layer1.2.conv1.weight               | [64, 256, 1, 1]
          resnet50           | layer3.5.conv2.weight               | [256, 256, 3, 3]
          resnet50           | layer4.0.conv3.weight               | [2048, 512, 1, 1]
          resnet50           | fc.bias                             | [1000]
          mobilenet_v2       | features.0.0.weight                 | [32, 3, 3, 3]
          mobilenet_v2       | features.1.conv.0.0.weight          | [32, 1, 3, 3]
          mobilenet_v2       | features.1.conv.1.weight            | [16, 32, 1, 1]
          mobilenet_v2       | features.1.conv.2.running_var       | [16]
          mobilenet_v2       | features.2.conv.0.0.weight          | [96, 16, 1, 1]
          mobilenet_v2       | features.2.conv.1.1.weight          | [96]
          mobilenet_v2       | features.17.conv.2.weight           | [320, 960, 1, 1]
          mobilenet_v2       | features.17.conv.3.bias             | [320]
          mobilenet_v2       | features.18.0.weight                | [1280, 320, 1, 1]
          mobilenet_v2       | classifier.1.weight                 | [1000, 1280]
          shufflenet_v2_x1_0 | conv1.0.weight                      | [24, 3, 3, 3]
          shufflenet_v2_x1_0 | stage2.0.branch1.0.weight           | [24, 1, 3, 3]
          shufflenet_v2_x1_0 | stage2.0.branch1.2.weight           | [58, 24, 1, 1]
          shufflenet_v2_x1_0 | stage2.0.branch1.3.running_mean     | [58]
          shufflenet_v2_x1_0 | stage2.0.branch2.0.weight           | [58, 24, 1, 1]
          shufflenet_v2_x1_0 | stage3.7.branch2.3.weight           | [116, 1, 3, 3]
          shufflenet_v2_x1_0 | stage4.3.branch2.6.weight           | [232]
          shufflenet_v2_x1_0 | conv5.1.running_var                 | [1024]
          shufflenet_v2_x2_0 | conv5.0.weight                      | [2048, 976, 1, 1]
          shufflenet_v2_x1_0 | fc.weight                           | [1000, 1024]
          squeezenet1_0      | features.0.weight                   | [96, 3, 7, 7]
          squeezenet1_0      | features.3.squeeze.weight           | [16, 96, 1, 1]
          squeezenet1_0      | features.12.expand3x3.weight        | [256, 64, 3, 3]
          squeezenet1_1      | features.0.weight                   | [64, 3, 3, 3]
          squeezenet1_1      | features.6.expand1x1.bias           | [128]
          squeezenet1_1      | features.12.squeeze.weight          | [64, 512, 1, 1]
          squeezenet1_1      | classifier.1.weight                 | [1000, 512, 1, 1]
          mobilenet_v3_large | features.0.0.weight                 | [16, 3, 3, 3]
          mobilenet_v3_large | features.1.block.0.0.weight         | [16, 1, 3, 3]
          mobilenet_v3_large | features.1.block.1.0.weight         | [16, 16, 1, 1]
          mobilenet_v3_large | features.2.block.0.1.running_var    | [64]
          mobilenet_v3_large | features.4.block.1.0.weight         | [72, 1, 5, 5]
          mobilenet_v3_large | features.4.block.2.fc1.weight       | [24, 72, 1, 1]
          mobilenet_v3_large | features.4.block.2.fc1.bias         | [24]
          mobilenet_v3_large | features.4.block.2.fc2.weight       | [72, 24, 1, 1]
          mobilenet_v3_large | features.4.block.3.0.weight         | [40, 72, 1, 1]
          mobilenet_v3_large | features.15.block.3.1.bias          | [160]
          mobilenet_v3_large | features.16.0.weight                | [960, 160, 1, 1]
          mobilenet_v3_large | classifier.0.weight                 | [1280, 960]
          mobilenet_v3_large | classifier.3.bias                   | [1000]
          mobilenet_v3_small | features.1.block.0.0.weight         | [16, 1, 3, 3]
          mobilenet_v3_small | features.1.block.1.fc1.weight       | [8, 16, 1, 1]
          mobilenet_v3_small | features.1.block.2.0.weight         | [16, 16, 1, 1]
          mobilenet_v3_small | features.12.0.weight                | [576, 96, 1, 1]
          mobilenet_v3_small | classifier.0.weight                 | [1024, 576]
          ghostnet_1_0       | conv_stem.weight                    | [16, 3, 3, 3]
          ghostnet_1_0       | blocks.0.0.ghost1.primary_conv.0.weight | [8, 16, 1, 1]
          ghostnet_1_0       | blocks.0.0.ghost1.cheap_operation.0.weight | [8, 1, 3, 3]
          ghostnet_1_0       | blocks.1.0.conv_dw.weight           | [48, 1, 3, 3]
          ghostnet_1_0       | blocks.1.0.shortcut.2.weight        | [24, 16, 1, 1]
          ghostnet_1_0       | blocks.3.0.se.conv_reduce.weight    | [20, 72, 1, 1]
          ghostnet_1_0       | blocks.6.3.se.conv_expand.bias      | [480]
          ghostnet_1_0       | blocks.8.3.ghost2.cheap_operation.1.running_var | [80]
          ghostnet_1_0       | blocks.9.0.conv.weight              | [960, 160, 1, 1]
          ghostnet_1_0       | conv_head.bias                      | [1280]
          ghostnet_1_0       | classifier.weight                   | [1000, 1280]
          resnet20           | layer2.0.conv1.weight               | [32, 16, 3, 3]
          resnet56           | layer3.8.bn2.running_mean           | [64]
          resnet56           | linear.weight                       | [10, 64]
          mobilenet_v1       | model.0.0.weight                    | [32, 3, 3, 3]
          mobilenet_v1       | model.1.0.weight                    | [32, 1, 3, 3]
          mobilenet_v1       | model.13.3.weight                   | [1024, 1024, 1, 1]
          mobilenet_v1       | model.13.4.running_mean             | [1024]
          shufflenet_v1_g3   | features.0.branch_main_1.0.weight   | [60, 24, 1, 1]
          shufflenet_v1_g3   | features.1.branch_main_1.0.weight   | [60, 80, 1, 1]
          shufflenet_v1_g3   | features.4.branch_main_2.0.weight   | [240, 40, 1, 1]
          shufflenet_v1_g3   | features.15.branch_main_1.4.weight  | [240]
          shufflenet_v1_g3   | classifier.0.weight                 | [1000, 960]
          shiftresnet20_6    | layer1.0.conv1.weight               | [96, 16, 1, 1]
          shiftresnet20_6    | layer2.0.shortcut.0.weight          | [32, 16, 1, 1]
          shiftresnet20_6    | layer3.2.bn2.bias                   | [64]
          shiftresnet20_6    | linear.weight                       | [10, 64]
          """)
  void tensorsAreNamedAndShapedAsInPyTorch(String name, String tensor, String shape) {
    assertEquals(shape, String.valueOf(asked(name).get(tensor)));
  }

  /** All but those that are larger versions of others of their family. */
  static Stream<String> names() {
    return Models.names().stream()
        .filter(name -> !List.of("resnet34", "shiftresnet110_6").contains(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void aFileLoadsToTheValuesThatWereWritten(String name) throws IOException {
    RandomWeights weights = new RandomWeights(7);
    Architecture architecture = architecture(name);
    Network written = architecture.network(weights, architecture.border());
    Path file = folder.resolve("unfolded.safetensors");
    SafetensorsWriter.write(file, weights.tensors(), Map.of());
    try (Model model = Models.open(file)) {
      assertEquals(name.replace("shuffle-", ""), model.name()); // the twins have the same tensors
    }
    try (Model model = Models.open(file, name)) {
      requireEqual(written, model.network());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet18",
        "mobilenet_v1",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "ghostnet_1_0",
        "resnet20",
        "shufflenet_v1_g3",
        "shufflenet_v2_x1_0",
        "squeezenet1_1",
        "shiftnet_b",
        "shiftresnet20_6",
        "enhanced-addressnet-fashion",
        "shuffle-addressnet-32"
      })
  void aFoldedFileLoadsToTheValuesThatWereWritten(String name) throws IOException {
    Folded weights = new Folded();
    Architecture architecture = architecture(name);
    Network written = architecture.network(weights, architecture.border());
    Path file = folder.resolve("folded.safetensors");
    SafetensorsWriter.write(file, weights.tensors, Map.of("network", name));
    try (Model model = Models.open(file)) {
      assertEquals(name, model.name());
      requireEqual(written, model.network());
    }
  }

  private static void requireEqual(Network wanted, Network found) {
    assertEquals(wanted.toString(), found.toString());
    for (int i = 0; i < wanted.nodes().size(); i++) {
      Node node = wanted.nodes().get(i);
      Filter filter = filter(node);
      if (filter != null) {
        Filter other = filter(found.nodes().get(i));
        assertNotNull(other);
        assertArrayEquals(filter.foldedWeight(), other.foldedWeight(), node.name());
        assertArrayEquals(filter.foldedBias(), other.foldedBias(), node.name());
      }
    }
  }

  private static @Nullable Filter filter(Node node) {
    return switch (node.operator()) {
      case PointwiseConvolution pointwise -> pointwise.filter();
      case Convolution convolution -> convolution.filter();
      case Dense dense -> dense.filter();
      default -> null;
    };
  }
}
