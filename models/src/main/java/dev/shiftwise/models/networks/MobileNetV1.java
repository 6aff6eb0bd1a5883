package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * MobileNet (Howard et al., arXiv 1704.04861, table 1) of width 1.0. The names are those of the
 * PyTorch implementation that most others copy, {@code marvis/pytorch-mobilenet}: a sequence {@code
 * model} of blocks, and {@code fc}.
 */
record MobileNetV1() implements Architecture {
  /** A block's output channels and stride. */
  private record Block(int out, int stride) {}

  private static final List<Block> BLOCKS =
      List.of(
          new Block(64, 1),
          new Block(128, 2),
          new Block(128, 1),
          new Block(256, 2),
          new Block(256, 1),
          new Block(512, 2),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(1024, 2),
          new Block(1024, 1));

  @Override
  public String name() {
    return "mobilenet_v1";
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name(), weights, image);
    Conv stem = Conv.of(32, 3).stride(2).then(Activation.RELU);
    Operand x = layers.normalised("model.0.0", "model.0.1", stem, layers.image());
    for (int i = 0; i < BLOCKS.size(); i++) {
      String prefix = "model." + (i + 1) + ".";
      Block block = BLOCKS.get(i);
      Conv depthwise = Conv.depthwise(Layers.channels(x), 3).stride(block.stride());
      Conv pointwise = Conv.pointwise(block.out()).then(Activation.RELU);
      x = layers.normalised(prefix + "0", prefix + "1", depthwise.then(Activation.RELU), x);
      x = layers.normalised(prefix + "3", prefix + "4", pointwise, x);
    }
    return layers.network(layers.dense("fc", classes(), Activation.NONE, layers.globalPool(x)));
  }
}
