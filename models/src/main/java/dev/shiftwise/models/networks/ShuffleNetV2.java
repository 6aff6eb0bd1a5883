package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * ShuffleNet V2 (Ma et al., ECCV 2018, table 5), as torchvision has it. The split is two windows
 * and the joint a concat; only the shuffle moves channels.
 *
 * @param name the name in the catalogue and in torchvision
 * @param channels channels of the three stages
 * @param last channels of the last convolution
 */
record ShuffleNetV2(String name, List<Integer> channels, int last) implements Architecture {
  private static final List<Integer> REPEATS = List.of(4, 8, 4);
  private static final int STEM = 24;

  ShuffleNetV2 {
    channels = List.copyOf(channels);
  }

  /** All widths of the paper. */
  static List<ShuffleNetV2> all() {
    return List.of(
        new ShuffleNetV2("shufflenet_v2_x0_5", List.of(48, 96, 192), 1024),
        new ShuffleNetV2("shufflenet_v2_x1_0", List.of(116, 232, 464), 1024),
        new ShuffleNetV2("shufflenet_v2_x1_5", List.of(176, 352, 704), 1024),
        new ShuffleNetV2("shufflenet_v2_x2_0", List.of(244, 488, 976), 2048));
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name, weights, image);
    Conv stem = Conv.of(STEM, 3).stride(2).then(Activation.RELU);
    Operand x = layers.normalised("conv1.0", "conv1.1", stem, layers.image());
    x = layers.maxPool("maxpool", Kernel2d.square(3, 2, 1), false, x);
    for (int stage = 0; stage < REPEATS.size(); stage++) {
      for (int i = 0; i < REPEATS.get(stage); i++) {
        String prefix = "stage" + (stage + 2) + "." + i + ".";
        int half = channels.get(stage) / 2;
        x = i == 0 ? halving(layers, prefix, half, x) : block(layers, prefix, half, x);
      }
    }
    Conv head = Conv.pointwise(last).then(Activation.RELU);
    x = layers.normalised("conv5.0", "conv5.1", head, x);
    return layers.network(layers.dense("fc", classes(), Activation.NONE, layers.globalPool(x)));
  }

  private static Operand halving(Layers layers, String prefix, int half, Operand x) {
    String branch = prefix + "branch1.";
    Conv depthwise = Conv.depthwise(Layers.channels(x), 3).stride(2);
    Conv pointwise = Conv.pointwise(half).then(Activation.RELU);
    Operand kept = layers.normalised(branch + "0", branch + "1", depthwise, x);
    kept = layers.normalised(branch + "2", branch + "3", pointwise, kept);
    return joined(layers, prefix, kept, branch(layers, prefix, half, 2, x));
  }

  private static Operand block(Layers layers, String prefix, int half, Operand x) {
    Operand made = branch(layers, prefix, half, 1, x.window(half, half));
    return joined(layers, prefix, x.window(0, half), made);
  }

  private static Operand branch(Layers layers, String prefix, int half, int stride, Operand x) {
    String branch = prefix + "branch2.";
    Conv pointwise = Conv.pointwise(half).then(Activation.RELU);
    Conv depthwise = Conv.depthwise(half, 3).stride(stride);
    Operand y = layers.normalised(branch + "0", branch + "1", pointwise, x);
    y = layers.normalised(branch + "3", branch + "4", depthwise, y);
    return layers.normalised(branch + "5", branch + "6", pointwise, y);
  }

  private static Operand joined(Layers layers, String prefix, Operand kept, Operand made) {
    return layers.shuffle(prefix + "shuffle", 2, layers.concat(prefix + "join", kept, made));
  }
}
