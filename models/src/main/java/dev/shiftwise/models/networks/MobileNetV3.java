package dev.shiftwise.models.networks;

import static dev.shiftwise.network.Activation.HARD_SWISH;
import static dev.shiftwise.network.Activation.NONE;
import static dev.shiftwise.network.Activation.RELU;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * MobileNetV3 (Howard et al., ICCV 2019, tables 1 and 2), as torchvision has it, whose batch
 * normalisation has TensorFlow's constant.
 *
 * @param name the name in the catalogue and in torchvision
 * @param blocks the inverted residuals
 * @param hidden outputs of the classifier's first layer
 */
record MobileNetV3(String name, List<Block> blocks, int hidden) implements Architecture {
  private static final double EPSILON = 1e-3;
  private static final int STEM = 16;

  /**
   * An inverted residual.
   *
   * @param size rows and columns of the depthwise convolution
   * @param expanded channels in its middle
   * @param out channels that it makes
   * @param excites whether squeeze and excitation follows the depthwise convolution
   * @param activation within it
   * @param stride of the depthwise convolution
   */
  record Block(
      int size, int expanded, int out, boolean excites, Activation activation, int stride) {}

  MobileNetV3 {
    blocks = List.copyOf(blocks);
  }

  static MobileNetV3 large() {
    return new MobileNetV3(
        "mobilenet_v3_large",
        List.of(
            new Block(3, 16, 16, false, RELU, 1),
            new Block(3, 64, 24, false, RELU, 2),
            new Block(3, 72, 24, false, RELU, 1),
            new Block(5, 72, 40, true, RELU, 2),
            new Block(5, 120, 40, true, RELU, 1),
            new Block(5, 120, 40, true, RELU, 1),
            new Block(3, 240, 80, false, HARD_SWISH, 2),
            new Block(3, 200, 80, false, HARD_SWISH, 1),
            new Block(3, 184, 80, false, HARD_SWISH, 1),
            new Block(3, 184, 80, false, HARD_SWISH, 1),
            new Block(3, 480, 112, true, HARD_SWISH, 1),
            new Block(3, 672, 112, true, HARD_SWISH, 1),
            new Block(5, 672, 160, true, HARD_SWISH, 2),
            new Block(5, 960, 160, true, HARD_SWISH, 1),
            new Block(5, 960, 160, true, HARD_SWISH, 1)),
        1280);
  }

  static MobileNetV3 small() {
    return new MobileNetV3(
        "mobilenet_v3_small",
        List.of(
            new Block(3, 16, 16, true, RELU, 2),
            new Block(3, 72, 24, false, RELU, 2),
            new Block(3, 88, 24, false, RELU, 1),
            new Block(5, 96, 40, true, HARD_SWISH, 2),
            new Block(5, 240, 40, true, HARD_SWISH, 1),
            new Block(5, 240, 40, true, HARD_SWISH, 1),
            new Block(5, 120, 48, true, HARD_SWISH, 1),
            new Block(5, 144, 48, true, HARD_SWISH, 1),
            new Block(5, 288, 96, true, HARD_SWISH, 2),
            new Block(5, 576, 96, true, HARD_SWISH, 1),
            new Block(5, 576, 96, true, HARD_SWISH, 1)),
        1024);
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name, weights, EPSILON, image);
    Conv stem = Conv.of(STEM, 3).stride(2).then(HARD_SWISH);
    Operand x = layers.normalised("features.0.0", "features.0.1", stem, layers.image());
    for (int i = 0; i < blocks.size(); i++) {
      x = block(layers, "features." + (i + 1) + ".block.", blocks.get(i), x);
    }
    String last = "features." + (blocks.size() + 1);
    Conv head = Conv.pointwise(6 * Layers.channels(x)).then(HARD_SWISH);
    x = layers.globalPool(layers.normalised(last + ".0", last + ".1", head, x));
    x = layers.dense("classifier.0", hidden, HARD_SWISH, x);
    return layers.network(layers.dense("classifier.3", classes(), NONE, x));
  }

  private static Operand block(Layers layers, String prefix, Block block, Operand x) {
    int in = Layers.channels(x);
    int wide = block.expanded();
    int next = 0;
    Operand y = x;
    if (wide != in) {
      String expand = prefix + next++;
      Conv conv = Conv.pointwise(wide).then(block.activation());
      y = layers.normalised(expand + ".0", expand + ".1", conv, y);
    }
    String filter = prefix + next++;
    Conv depthwise =
        Conv.depthwise(wide, block.size()).stride(block.stride()).then(block.activation());
    y = layers.normalised(filter + ".0", filter + ".1", depthwise, y);
    if (block.excites()) {
      String excite = prefix + next++ + ".";
      int squeezed = SqueezeExcite.divisible(wide * 0.25, 8);
      y = SqueezeExcite.add(layers, excite, excite + "fc1", squeezed, excite + "fc2", y);
    }
    String project = prefix + next;
    Conv conv = Conv.pointwise(block.out());
    return block.stride() == 1 && in == block.out()
        ? layers.normalised(project + ".0", project + ".1", conv, y, x)
        : layers.normalised(project + ".0", project + ".1", conv, y);
  }
}
