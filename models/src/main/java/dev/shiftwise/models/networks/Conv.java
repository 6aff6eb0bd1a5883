package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;

/**
 * What a table of layers says of one convolution; where it stands gives the rest.
 *
 * @param outputs output channels
 * @param size rows and columns of the kernel
 * @param stride rows and columns from one output to the next
 * @param padding zeros on each side
 * @param groups groups of channels
 * @param activation applied last
 */
record Conv(int outputs, int size, int stride, int padding, int groups, Activation activation) {

  /** A convolution of one group that keeps the plane's size, without activation. */
  static Conv of(int outputs, int size) {
    return new Conv(outputs, size, 1, size / 2, 1, Activation.NONE);
  }

  /** A 1x1 convolution. */
  static Conv pointwise(int outputs) {
    return of(outputs, 1);
  }

  /** A convolution of each channel on its own. */
  static Conv depthwise(int channels, int size) {
    return of(channels, size).groups(channels);
  }

  Conv stride(int newStride) {
    return new Conv(outputs, size, newStride, padding, groups, activation);
  }

  Conv padding(int newPadding) {
    return new Conv(outputs, size, stride, newPadding, groups, activation);
  }

  Conv groups(int newGroups) {
    return new Conv(outputs, size, stride, padding, newGroups, activation);
  }

  Conv then(Activation newActivation) {
    return new Conv(outputs, size, stride, padding, groups, newActivation);
  }

  /** Whether the fused operator computes it. */
  boolean isPointwise() {
    return size == 1 && padding == 0;
  }
}
