package dev.shiftwise.plan;

import dev.shiftwise.network.Filter;

/**
 * A convolution's weights in the order in which a kernel reads them: by group and block of output
 * channels, then by input, then the block's outputs side by side. Blocks that are not full are
 * padded with zeros.
 *
 * @param inputs products of one output
 * @param outputs outputs of one group
 * @param blocks blocks of one group
 * @param weights {@code [group][block][input][output of the block]}
 * @param bias {@code [group][block][output of the block]}
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to the device at once and then forgotten.
public record PackedFilter(int inputs, int outputs, int blocks, float[] weights, float[] bias) {

  /** Which weight of an output its product number {@code input} uses. */
  @FunctionalInterface
  public interface Order {
    /** Returns the index among the output's weights. */
    int weight(int input);
  }

  /** Packs a filter whose products come in the order of its weights. */
  public static PackedFilter of(Filter filter, int groups, int blockOutputs) {
    return of(filter, groups, blockOutputs, input -> input);
  }

  /** Packs a filter whose products come in another order. */
  public static PackedFilter of(Filter filter, int groups, int blockOutputs, Order order) {
    int inputs = filter.weightsPerOutput();
    int outputs = filter.outputs() / groups;
    int blocks = Math.ceilDiv(outputs, blockOutputs);
    float[] from = filter.foldedWeight();
    float[] fromBias = filter.foldedBias();
    int padded = Math.multiplyExact(Math.multiplyExact(groups, blocks), blockOutputs);
    float[] weights = new float[Math.multiplyExact(padded, inputs)];
    float[] bias = new float[padded];
    for (int o = 0; o < filter.outputs(); o++) {
      int inGroup = o % outputs;
      int block = o / outputs * blocks + inGroup / blockOutputs;
      int lane = inGroup % blockOutputs;
      bias[block * blockOutputs + lane] = fromBias[o];
      for (int i = 0; i < inputs; i++) {
        weights[(block * inputs + i) * blockOutputs + lane] = from[o * inputs + order.weight(i)];
      }
    }
    return new PackedFilter(inputs, outputs, blocks, weights, bias);
  }
}
