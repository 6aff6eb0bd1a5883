package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * ResNet for ImageNet (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table
 * 1), as torchvision has it: a bottleneck's stride stands on its 3x3 convolution.
 *
 * <p>The addition is part of the last 1x1 convolution before it, where there is one: a bottleneck's
 * third, or the projection of the shortcut.
 *
 * @param name the name in the catalogue and in torchvision
 * @param depths blocks of the four stages
 * @param bottleneck whether a block is 1x1, 3x3, 1x1 rather than two of 3x3
 */
record ResNet(String name, List<Integer> depths, boolean bottleneck) implements Architecture {
  private static final int FIRST_CHANNELS = 64;

  ResNet {
    depths = List.copyOf(depths);
  }

  static ResNet of(int depth) {
    return switch (depth) {
      case 18 -> new ResNet("resnet18", List.of(2, 2, 2, 2), false);
      case 34 -> new ResNet("resnet34", List.of(3, 4, 6, 3), false);
      case 50 -> new ResNet("resnet50", List.of(3, 4, 6, 3), true);
      default ->
          throw new IllegalArgumentException("depth: found " + depth + ", wanted 18, 34 or 50");
    };
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name, weights, image);
    Conv stem = Conv.of(FIRST_CHANNELS, 7).stride(2).then(Activation.RELU);
    Operand x = layers.normalised("conv1", "bn1", stem, layers.image());
    x = layers.maxPool("maxpool", Kernel2d.square(3, 2, 1), false, x);
    for (int stage = 0; stage < depths.size(); stage++) {
      for (int i = 0; i < depths.get(stage); i++) {
        String prefix = "layer" + (stage + 1) + "." + i + ".";
        int stride = stage > 0 && i == 0 ? 2 : 1;
        int width = FIRST_CHANNELS << stage;
        x =
            bottleneck
                ? bottleneck(layers, prefix, width, stride, x)
                : basic(layers, prefix, width, stride, x);
      }
    }
    return layers.network(layers.dense("fc", classes(), Activation.NONE, layers.globalPool(x)));
  }

  private static Operand bottleneck(
      Layers layers, String prefix, int width, int stride, Operand x) {
    int out = 4 * width;
    Conv reduce = Conv.pointwise(width).then(Activation.RELU);
    Conv middle = Conv.of(width, 3).stride(stride).then(Activation.RELU);
    Conv expand = Conv.pointwise(out).then(Activation.RELU);
    Operand y = layers.normalised(prefix + "conv1", prefix + "bn1", reduce, x);
    y = layers.normalised(prefix + "conv2", prefix + "bn2", middle, y);
    Operand kept =
        Layers.channels(x) == out
            ? x
            : layers.normalised(
                prefix + "downsample.0",
                prefix + "downsample.1",
                Conv.pointwise(out).stride(stride),
                x);
    return layers.normalised(prefix + "conv3", prefix + "bn3", expand, y, kept);
  }

  private static Operand basic(Layers layers, String prefix, int width, int stride, Operand x) {
    Conv first = Conv.of(width, 3).stride(stride).then(Activation.RELU);
    Operand y = layers.normalised(prefix + "conv1", prefix + "bn1", first, x);
    y = layers.normalised(prefix + "conv2", prefix + "bn2", Conv.of(width, 3), y);
    if (Layers.channels(x) == width) {
      return layers.sum(prefix + "add", Activation.RELU, y, x);
    }
    Conv projection = Conv.pointwise(width).stride(stride).then(Activation.RELU);
    return layers.normalised(prefix + "downsample.0", prefix + "downsample.1", projection, x, y);
  }
}
