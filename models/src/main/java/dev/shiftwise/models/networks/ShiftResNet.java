package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * ShiftResNet (Wu et al., "Shift: A Zero FLOP, Zero Parameter Alternative to Spatial Convolutions",
 * CVPR 2018), as its authors' code has it ({@code alvinwan/shiftresnet-cifar}): a CIFAR ResNet
 * whose pairs of 3x3 convolutions are 1x1 convolution, shift, 1x1 convolution. The shift is an
 * address that the second one adds.
 *
 * @param depth 20, 56 or 110, for 3, 9 or 18 modules a stage
 * @param expansion channels between a module's convolutions, in multiples of those it makes
 */
record ShiftResNet(int depth, int expansion) implements Architecture {
  private static final List<Integer> CHANNELS = List.of(16, 32, 64);

  ShiftResNet {
    if (depth < 8 || depth % 6 != 2 || expansion < 1) {
      throw new IllegalArgumentException(
          "ShiftResNet: found depth "
              + depth
              + ", expansion "
              + expansion
              + "; wanted a depth of 6n + 2 and an expansion of at least 1");
    }
  }

  @Override
  public String name() {
    return "shiftresnet" + depth + "_" + expansion;
  }

  @Override
  public DataSet dataSet() {
    return DataSet.CIFAR_10;
  }

  @Override
  public Border border() {
    return Border.ZERO;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name(), weights, image);
    Conv stem = Conv.of(CHANNELS.getFirst(), 3).then(Activation.RELU);
    Operand x = layers.normalised("conv1", "bn1", stem, layers.image());
    for (int stage = 0; stage < CHANNELS.size(); stage++) {
      for (int i = 0; i < (depth - 2) / 6; i++) {
        String prefix = "layer" + (stage + 1) + "." + i + ".";
        x = module(layers, prefix, CHANNELS.get(stage), stage > 0 && i == 0 ? 2 : 1, border, x);
      }
    }
    return layers.network(layers.dense("linear", classes(), Activation.NONE, layers.globalPool(x)));
  }

  private Operand module(
      Layers layers, String prefix, int out, int stride, Border border, Operand x) {
    Conv expand = Conv.pointwise(out * expansion).then(Activation.RELU);
    Conv reduce = Conv.pointwise(out).stride(stride).then(Activation.RELU);
    Operand shifted =
        layers
            .normalised(prefix + "conv1", prefix + "bn1", expand, x)
            .then(ModuloShift.of(border, expand.outputs(), 3));
    Operand kept =
        Layers.channels(x) == out
            ? x
            : layers.normalised(
                prefix + "shortcut.0",
                prefix + "shortcut.1",
                Conv.pointwise(out).stride(stride),
                x);
    return layers.normalised(prefix + "conv2", prefix + "bn2", reduce, shifted, kept);
  }
}
