package dev.shiftwise.view;

import dev.shiftwise.tensor.Shape;

/**
 * The channel shift: {@code out[c, p] = in[(c + by) mod C, p]} (SPEC section 1), which replaces the
 * channel shuffle.
 *
 * @param by channels to rotate by; any value, taken modulo the channels of the map
 */
public record ChannelShift(long by) implements ViewStep {

  /**
   * Returns AddressNet's default shift, half a group: {@code C / (2 * groups)}.
   *
   * @param channels channels of the map
   * @param groups groups of the convolution that reads the result
   * @throws IllegalArgumentException if {@code 2 * groups} does not divide {@code channels}
   */
  public static ChannelShift halfGroup(int channels, int groups) {
    if (groups < 1 || channels % (2L * groups) != 0) {
      throw new IllegalArgumentException(
          "channels is "
              + channels
              + ", wanted a multiple of 2 x groups = "
              + 2L * groups
              + " for a shift by half a group");
    }
    return new ChannelShift(channels / (2 * groups));
  }

  @Override
  public Shape applyTo(Shape shape) {
    return shape;
  }

  @Override
  public String toString() {
    return "channelShift(" + by + ")";
  }
}
