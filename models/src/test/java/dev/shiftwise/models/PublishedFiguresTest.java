package dev.shiftwise.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the networks count up to, against what has been published. The last column says where; a
 * figure in millions has the digits that it was published with.
 */
class PublishedFiguresTest {

  @ParameterizedTest
  @CsvSource({
    "resnet18,            11689512, 1814, torchvision: ResNet18_Weights num_params and GFLOPS 1.81",
    "resnet34,            21797672, 3664, torchvision: ResNet34_Weights and 3.66",
    "resnet50,            25557032, 4089, torchvision: ResNet50_Weights and 4.09",
    "mobilenet_v2,         3504872,  301, torchvision: MobileNet_V2_Weights and 0.3",
    "mobilenet_v3_large,   5483032,  217, torchvision: MobileNet_V3_Large_Weights and 0.22",
    "mobilenet_v3_small,   2542856,   57, torchvision: MobileNet_V3_Small_Weights and 0.06",
    "shufflenet_v2_x0_5,   1366792,   40, torchvision: ShuffleNet_V2_X0_5_Weights and 0.04",
    "shufflenet_v2_x1_0,   2278604,  145, torchvision: ShuffleNet_V2_X1_0_Weights and 0.14",
    "shufflenet_v2_x1_5,   3503624,  296, torchvision: ShuffleNet_V2_X1_5_Weights and 0.3",
    "shufflenet_v2_x2_0,   7393996,  583, torchvision: ShuffleNet_V2_X2_0_Weights and 0.58",
    "squeezenet1_0,        1248424,  819, torchvision: SqueezeNet1_0_Weights and 0.82",
    "squeezenet1_1,        1235496,  349, torchvision: SqueezeNet1_1_Weights and 0.35",
    "mobilenet_v1,         4231976,  569, Keras: MobileNet trainable params; paper table 4: 569 M",
  })
  void parametersAreExactlyThosePublished(
      String name, long parameters, long millions, String source) {
    NetworkFigures figures = NetworkFigures.of(name);
    assertEquals(parameters, figures.parameters(), source);
    assertEquals(millions, Math.round(figures.multiplyAdds() / 1e6), source);
  }

  @ParameterizedTest
  @CsvSource({
    "addressnet-32,    0.14, 2, AddressNet paper: 0.14 M",
    "resnet20,         0.27, 2, ResNet paper table 6: 0.27 M",
    "resnet56,         0.85, 2, ResNet paper table 6: 0.85 M",
    "ghostnet_1_0,     5.2,  1, GhostNet paper: 5.2 M",
    "shiftresnet20_6,  0.19, 2, ShiftResNet authors' README: 0.19 M",
    "shiftresnet56_6,  0.58, 2, ShiftResNet authors' README: 0.58 M",
    "shiftresnet110_6, 1.18, 2, ShiftResNet authors' README: 1.18 M",
    "shufflenet_v1_g3, 1.9,  1, ShuffleNet-Series README: 1.9 M",
    "shufflenet_v1_g8, 2.4,  1, ShuffleNet-Series README: 2.4 M",
    "shiftnet_c,       0.78, 2, ShiftNet paper: 0.78 M",
  })
  void parametersRoundToThosePublished(String name, double millions, int digits, String source) {
    double unit = Math.pow(10, -digits);
    double found = NetworkFigures.of(name).parameters() / 1e6;
    assertEquals(millions, Math.rint(found / unit) * unit, unit / 1000, source);
  }

  /** The paper cuts digits off where others round. */
  @ParameterizedTest
  @CsvSource({
    "shiftnet_a, 4.1, 1400, ShiftNet paper: 4.1 M and 1.4 G",
    "shiftnet_b, 1.1,  371, ShiftNet paper: 1.1 M and 371 M",
  })
  void shiftNetsParametersAreCutOff(
      String name, double millions, double multiplyAdds, String source) {
    NetworkFigures figures = NetworkFigures.of(name);
    assertEquals(millions, Math.floor(figures.parameters() / 1e5) / 10, 1e-9, source);
    assertEquals(multiplyAdds, figures.multiplyAdds() / 1e6, 0.02 * multiplyAdds, source);
  }

  @ParameterizedTest
  @CsvSource({
    "shufflenet_v1_g1, 143, ShuffleNet paper table 1",
    "shufflenet_v1_g2, 140, ShuffleNet paper table 1",
    "shufflenet_v1_g3, 137, ShuffleNet paper table 1",
    "shufflenet_v1_g4, 133, ShuffleNet paper table 1",
    "shufflenet_v1_g8, 137, ShuffleNet paper table 1",
    "mobilenet_v2,     300, MobileNetV2 paper table 4",
    "mobilenet_v3_large, 219, MobileNetV3 paper table 3",
    "mobilenet_v3_small,  56, MobileNetV3 paper table 3",
    "ghostnet_1_0,     141, GhostNet paper",
  })
  void multiplyAddsAreThoseOfThePaper(String name, double millions, String source) {
    double found = NetworkFigures.of(name).multiplyAdds() / 1e6;
    assertEquals(millions, found, 0.012 * millions, source);
  }

  @Test
  void theTwinWithTheShuffleHasTheSameSizes() {
    for (String size : new String[] {"fashion", "20", "32", "44", "imagenet"}) {
      NetworkFigures shift = NetworkFigures.of("addressnet-" + size);
      NetworkFigures shuffle = NetworkFigures.of("shuffle-addressnet-" + size);
      assertEquals(shift.parameters(), shuffle.parameters());
      assertEquals(shift.multiplyAdds(), shuffle.multiplyAdds());
      assertTrue(shift.plannedBytes() < shuffle.plannedBytes());
    }
  }

  @Test
  void noNetworkNeedsACopy() {
    for (NetworkFigures figures : NetworkFigures.all()) {
      assertEquals(0, figures.copies(), figures.name());
      assertEquals(0, figures.copiedBytes(), figures.name());
    }
  }
}
