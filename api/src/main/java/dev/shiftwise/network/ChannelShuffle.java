package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * ShuffleNet's channel shuffle, which the channel shift replaces: with {@code n = C / groups},
 * {@code out[i * groups + k] = in[k * n + i]}. It moves every element and changes none.
 *
 * @param groups groups that are dealt out in turn, dividing the channels
 */
public record ChannelShuffle(int groups) implements Operator {

  /**
   * Checks the groups.
   *
   * @throws IllegalArgumentException if there are none
   */
  public ChannelShuffle {
    Checks.requireAtLeast("groups", groups, 1);
  }

  /** Returns the input channel that an output channel is. */
  public int sourceChannel(int channel, int channels) {
    return channel % groups * (channels / groups) + channel / groups;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Checks.requireDivides("channels", Checks.only(inputs).channels(), groups);
    return inputs.getFirst();
  }
}
