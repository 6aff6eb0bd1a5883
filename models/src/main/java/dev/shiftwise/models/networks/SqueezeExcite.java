package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Operand;

/**
 * Squeeze and excitation (Hu et al., CVPR 2018) with MobileNetV3's gate: a channel is scaled by
 * what two 1x1 convolutions and a hard sigmoid make of all channels' means.
 */
final class SqueezeExcite {
  private SqueezeExcite() {}

  /**
   * Adds one.
   *
   * @param prefix before the names of the nodes that have no weights
   * @param reduce the first convolution's name
   * @param squeezed the channels that it makes
   * @param expand the second convolution's name
   */
  static Operand add(
      Layers layers, String prefix, String reduce, int squeezed, String expand, Operand x) {
    Operand mean = layers.globalPool(prefix + "pool", x);
    Operand narrow = layers.biased(reduce, Conv.pointwise(squeezed).then(Activation.RELU), mean);
    Conv gate = Conv.pointwise(Layers.channels(x)).then(Activation.HARD_SIGMOID);
    return layers.scaled(prefix + "scale", x, layers.biased(expand, gate, narrow));
  }

  /**
   * Rounds channels to a multiple of a divisor, and up again if that lost more than a tenth: the
   * rule of the TensorFlow models that all PyTorch versions repeat.
   */
  static int divisible(double channels, int divisor) {
    int rounded = Math.max(divisor, (int) (channels + divisor / 2.0) / divisor * divisor);
    return rounded < 0.9 * channels ? rounded + divisor : rounded;
  }
}
