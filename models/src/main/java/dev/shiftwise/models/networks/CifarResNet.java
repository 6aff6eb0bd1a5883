package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * ResNet for CIFAR-10 (He et al., CVPR 2016, section 4.2), with the names of the PyTorch code that
 * has the paper's shortcuts and parameters ({@code akamaster/pytorch_resnet_cifar10}): where
 * channels double, the shortcut is every second pixel of every second row, with as many channels of
 * zeros in front as behind.
 *
 * @param depth 20, 56 or another 6n + 2, for n blocks a stage
 */
record CifarResNet(int depth) implements Architecture {
  private static final List<Integer> CHANNELS = List.of(16, 32, 64);

  CifarResNet {
    if (depth < 8 || depth % 6 != 2) {
      throw new IllegalArgumentException("depth: found " + depth + ", wanted 6n + 2");
    }
  }

  @Override
  public String name() {
    return "resnet" + depth;
  }

  @Override
  public DataSet dataSet() {
    return DataSet.CIFAR_10;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name(), weights, image);
    Conv stem = Conv.of(CHANNELS.getFirst(), 3).then(Activation.RELU);
    Operand x = layers.normalised("conv1", "bn1", stem, layers.image());
    for (int stage = 0; stage < CHANNELS.size(); stage++) {
      for (int i = 0; i < (depth - 2) / 6; i++) {
        String prefix = "layer" + (stage + 1) + "." + i + ".";
        x = block(layers, prefix, CHANNELS.get(stage), x);
      }
    }
    return layers.network(layers.dense("linear", classes(), Activation.NONE, layers.globalPool(x)));
  }

  private static Operand block(Layers layers, String prefix, int out, Operand x) {
    boolean halves = Layers.channels(x) != out;
    Conv first = Conv.of(out, 3).stride(halves ? 2 : 1).then(Activation.RELU);
    Operand y = layers.normalised(prefix + "conv1", prefix + "bn1", first, x);
    y = layers.normalised(prefix + "conv2", prefix + "bn2", Conv.of(out, 3), y);
    Operand kept = halves ? layers.halved(prefix + "shortcut", out, x) : x;
    return layers.sum(prefix + "add", Activation.RELU, y, kept);
  }
}
