package dev.shiftwise.network;

import dev.shiftwise.tensor.Tensor;

/**
 * Batch normalisation at inference: {@code y = gamma * (x - mean) / sqrt(variance + epsilon) +
 * beta} for each channel (SPEC section 4). It is part of the convolution before it and folded into
 * its weights when the network is compiled.
 *
 * @param gamma scale, one a channel
 * @param beta shift, one a channel
 * @param mean running mean, one a channel
 * @param variance running variance, one a channel, not below 0
 * @param epsilon added to the variance, above 0
 */
public record BatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon) {

  /**
   * Checks that the four have one length.
   *
   * @throws IllegalArgumentException if they do not, or {@code epsilon} is not a positive number
   */
  public BatchNorm {
    requireLength("beta", beta, gamma.elements());
    requireLength("mean", mean, gamma.elements());
    requireLength("variance", variance, gamma.elements());
    if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException("epsilon is " + epsilon + ", wanted a positive number");
    }
  }

  private static void requireLength(String name, Tensor tensor, long length) {
    if (tensor.elements() != length) {
      throw new IllegalArgumentException(
          "batch norm's "
              + name
              + " has "
              + tensor.elements()
              + " elements, wanted gamma's "
              + length);
    }
  }

  /** Returns the factor that a channel's weights are multiplied with. */
  double scale(int channel) {
    return gamma.get(channel) / Math.sqrt((double) variance.get(channel) + epsilon);
  }

  /** Returns what a bias becomes. */
  double shift(int channel, double bias) {
    return (bias - mean.get(channel)) * scale(channel) + beta.get(channel);
  }
}
