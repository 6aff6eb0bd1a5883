package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * SqueezeNet (Iandola et al., arXiv 1602.07360) in its releases 1.0 and 1.1, as torchvision has
 * them: convolutions with biases and no normalisation, pools of 3x3 with stride 2 in ceil mode.
 *
 * @param name the name in the catalogue and in torchvision
 * @param stem the first convolution
 * @param layers what follows, numbered as torchvision does: the squeezed channels of a fire module,
 *     or 0 for a pool
 */
record SqueezeNet(String name, Conv stem, List<Integer> layers) implements Architecture {
  private static final int POOL = 0;

  /** The place of the first of {@link #layers} in torchvision's sequence. */
  private static final int FIRST = 2;

  SqueezeNet {
    layers = List.copyOf(layers);
  }

  static SqueezeNet release10() {
    Conv stem = Conv.of(96, 7).stride(2).padding(0).then(Activation.RELU);
    return new SqueezeNet(
        "squeezenet1_0", stem, List.of(POOL, 16, 16, 32, POOL, 32, 48, 48, 64, POOL, 64));
  }

  static SqueezeNet release11() {
    Conv stem = Conv.of(64, 3).stride(2).padding(0).then(Activation.RELU);
    return new SqueezeNet(
        "squeezenet1_1", stem, List.of(POOL, 16, 16, POOL, 32, 32, POOL, 48, 48, 64, 64));
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers builder = Layers.of(name, weights, image);
    Operand x = builder.biased("features.0", stem, builder.image());
    for (int i = 0; i < layers.size(); i++) {
      String prefix = "features." + (FIRST + i);
      int squeezed = layers.get(i);
      x =
          squeezed == POOL
              ? builder.maxPool(prefix, Kernel2d.square(3, 2, 0), true, x)
              : fire(builder, prefix + ".", squeezed, x);
    }
    Conv classifier = Conv.pointwise(classes()).then(Activation.RELU);
    return builder.network(builder.globalPool(builder.biased("classifier.1", classifier, x)));
  }

  private static Operand fire(Layers builder, String prefix, int squeezed, Operand x) {
    Activation relu = Activation.RELU;
    Operand narrow = builder.biased(prefix + "squeeze", Conv.pointwise(squeezed).then(relu), x);
    Operand ones =
        builder.biased(prefix + "expand1x1", Conv.pointwise(4 * squeezed).then(relu), narrow);
    Operand threes =
        builder.biased(prefix + "expand3x3", Conv.of(4 * squeezed, 3).then(relu), narrow);
    return builder.concat(prefix + "join", ones, threes);
  }
}
