package dev.shiftwise.models.networks;

import static dev.shiftwise.network.Activation.NONE;
import static dev.shiftwise.network.Activation.RELU;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * GhostNet (Han et al., CVPR 2020) of width 1.0, with the names of its authors' PyTorch code
 * ({@code huawei-noah/Efficient-AI-Backbones}). A ghost module's two halves stand one behind the
 * other as they are made.
 */
record GhostNet() implements Architecture {
  /**
   * A bottleneck.
   *
   * @param size rows and columns of its depthwise convolutions with a stride
   * @param expanded channels in its middle
   * @param out channels that it makes
   * @param excites whether squeeze and excitation stands in its middle
   * @param stride 1 or 2
   */
  private record Block(int size, int expanded, int out, boolean excites, int stride) {}

  private static final List<List<Block>> STAGES =
      List.of(
          List.of(new Block(3, 16, 16, false, 1)),
          List.of(new Block(3, 48, 24, false, 2)),
          List.of(new Block(3, 72, 24, false, 1)),
          List.of(new Block(5, 72, 40, true, 2)),
          List.of(new Block(5, 120, 40, true, 1)),
          List.of(new Block(3, 240, 80, false, 2)),
          List.of(
              new Block(3, 200, 80, false, 1),
              new Block(3, 184, 80, false, 1),
              new Block(3, 184, 80, false, 1),
              new Block(3, 480, 112, true, 1),
              new Block(3, 672, 112, true, 1)),
          List.of(new Block(5, 672, 160, true, 2)),
          List.of(
              new Block(5, 960, 160, false, 1),
              new Block(5, 960, 160, true, 1),
              new Block(5, 960, 160, false, 1),
              new Block(5, 960, 160, true, 1)));

  @Override
  public String name() {
    return "ghostnet_1_0";
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name(), weights, image);
    Conv stem = Conv.of(16, 3).stride(2).then(RELU);
    Operand x = layers.normalised("conv_stem", "bn1", stem, layers.image());
    for (int s = 0; s < STAGES.size(); s++) {
      for (int i = 0; i < STAGES.get(s).size(); i++) {
        x = bottleneck(layers, "blocks." + s + "." + i + ".", STAGES.get(s).get(i), x);
      }
    }
    String last = "blocks." + STAGES.size() + ".0.";
    x = layers.normalised(last + "conv", last + "bn1", Conv.pointwise(960).then(RELU), x);
    x = layers.biased("conv_head", Conv.pointwise(1280).then(RELU), layers.globalPool(x));
    return layers.network(layers.dense("classifier", classes(), NONE, x));
  }

  private static Operand bottleneck(Layers layers, String prefix, Block block, Operand x) {
    int in = Layers.channels(x);
    Operand y = ghost(layers, prefix + "ghost1.", block.expanded(), RELU, x);
    if (block.stride() == 2) {
      Conv depthwise = Conv.depthwise(block.expanded(), block.size()).stride(2);
      y = layers.normalised(prefix + "conv_dw", prefix + "bn_dw", depthwise, y);
    }
    if (block.excites()) {
      String se = prefix + "se.";
      int squeezed = SqueezeExcite.divisible(block.expanded() * 0.25, 4);
      y = SqueezeExcite.add(layers, se, se + "conv_reduce", squeezed, se + "conv_expand", y);
    }
    y = ghost(layers, prefix + "ghost2.", block.out(), NONE, y);
    if (block.stride() == 1 && in == block.out()) {
      return layers.sum(prefix + "add", NONE, y, x);
    }
    String shortcut = prefix + "shortcut.";
    Conv depthwise = Conv.depthwise(in, block.size()).stride(block.stride());
    Operand kept = layers.normalised(shortcut + "0", shortcut + "1", depthwise, x);
    Conv project = Conv.pointwise(block.out());
    return layers.normalised(shortcut + "2", shortcut + "3", project, kept, y);
  }

  /** Half of the channels from a 1x1 convolution, the others from those, each on its own. */
  private static Operand ghost(
      Layers layers, String prefix, int out, Activation activation, Operand x) {
    String primary = prefix + "primary_conv.";
    String cheap = prefix + "cheap_operation.";
    Conv pointwise = Conv.pointwise(out / 2).then(activation);
    Conv depthwise = Conv.depthwise(out / 2, 3).then(activation);
    Operand first = layers.normalised(primary + "0", primary + "1", pointwise, x);
    Operand second = layers.normalised(cheap + "0", cheap + "1", depthwise, first);
    return layers.concat(prefix + "join", first, second);
  }
}
