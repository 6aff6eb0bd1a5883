package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * ShuffleNet (Zhang et al., CVPR 2018, table 1) of width 1.0, with the names and the details of its
 * authors' PyTorch code ({@code megvii-model/ShuffleNet-Series}): the shuffle comes after the
 * depthwise convolution and not before it (which is the same up to the order of that convolution's
 * channels), and deals {@code C/g} groups; the first convolution of all has one group; the last
 * layer has no bias.
 *
 * @param groups groups of the 1x1 convolutions
 */
record ShuffleNetV1(int groups) implements Architecture {
  private static final List<Integer> REPEATS = List.of(4, 8, 4);
  private static final int STEM = 24;

  ShuffleNetV1 {
    firstStage(groups);
  }

  /** The paper's table: more groups, more channels for the same multiply-adds. */
  private static int firstStage(int groups) {
    return switch (groups) {
      case 1 -> 144;
      case 2 -> 200;
      case 3 -> 240;
      case 4 -> 272;
      case 8 -> 384;
      default ->
          throw new IllegalArgumentException(
              "groups: found " + groups + ", wanted 1, 2, 3, 4 or 8");
    };
  }

  @Override
  public String name() {
    return "shufflenet_v1_g" + groups;
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name(), weights, image);
    Conv stem = Conv.of(STEM, 3).stride(2).then(Activation.RELU);
    Operand x = layers.normalised("first_conv.0", "first_conv.1", stem, layers.image());
    x = layers.maxPool("maxpool", Kernel2d.square(3, 2, 1), false, x);
    int index = 0;
    for (int stage = 0; stage < REPEATS.size(); stage++) {
      for (int i = 0; i < REPEATS.get(stage); i++) {
        x = block(layers, "features." + index, firstStage(groups) << stage, index == 0, i == 0, x);
        index++;
      }
    }
    return layers.network(layers.denseWithoutBias("classifier.0", classes(), layers.globalPool(x)));
  }

  private Operand block(
      Layers layers, String prefix, int out, boolean first, boolean halves, Operand x) {
    int middle = out / 4;
    int stride = halves ? 2 : 1;
    String before = prefix + ".branch_main_1.";
    String after = prefix + ".branch_main_2.";
    Conv reduce = Conv.pointwise(middle).groups(first ? 1 : groups).then(Activation.RELU);
    Conv depthwise = Conv.depthwise(middle, 3).stride(stride);
    Operand y = layers.normalised(before + "0", before + "1", reduce, x);
    y = layers.normalised(before + "3", before + "4", depthwise, y);
    if (groups > 1) {
      y = layers.shuffle(prefix + ".shuffle", middle / groups, y);
    }
    Conv expand =
        Conv.pointwise(halves ? out - Layers.channels(x) : out)
            .groups(groups)
            .then(Activation.RELU);
    if (!halves) {
      return layers.normalised(after + "0", after + "1", expand, y, x);
    }
    Operand made = layers.normalised(after + "0", after + "1", expand, y);
    Operand kept = layers.averagePoolWithPadding(prefix + ".branch_proj", 3, 2, 1, x);
    return layers.concat(prefix + ".join", kept, made);
  }
}
