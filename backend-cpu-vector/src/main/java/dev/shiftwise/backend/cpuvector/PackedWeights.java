package dev.shiftwise.backend.cpuvector;

/**
 * The weights of a convolution in the order in which the tiles read them: group after group, in it
 * blocks of {@value #BLOCK} outputs, in a block first the biases and then, input after input, one
 * weight for each output. The last block of a group is filled up with zeros.
 *
 * <p>A heap array, since C2 spends far fewer nodes on an array element than on a segment's.
 */
final class PackedWeights {
  /** Output channels of a block. */
  static final int BLOCK = 8;

  private final float[] data;
  private final int outputs;
  private final int inputs;
  private final int blocks;

  private PackedWeights(float[] data, int outputs, int inputs, int blocks) {
    this.data = data;
    this.outputs = outputs;
    this.inputs = inputs;
    this.blocks = blocks;
  }

  /**
   * Packs weights.
   *
   * @param weight {@code (outputs, inputs of a group)}, row by row
   * @param bias one value an output
   * @param groups groups, dividing the outputs
   * @throws ArithmeticException if the packed array would not fit an int
   */
  static PackedWeights of(float[] weight, float[] bias, int groups) {
    int outputs = bias.length / groups;
    int inputs = weight.length / bias.length;
    int blocks = Math.ceilDiv(outputs, BLOCK);
    int blockFloats = Math.multiplyExact(inputs + 1, BLOCK);
    float[] data = new float[Math.multiplyExact(groups * blocks, blockFloats)];
    for (int g = 0; g < groups; g++) {
      for (int o = 0; o < outputs; o++) {
        int channel = g * outputs + o;
        int at = (g * blocks + o / BLOCK) * blockFloats + o % BLOCK;
        data[at] = bias[channel];
        for (int i = 0; i < inputs; i++) {
          data[at + (i + 1) * BLOCK] = weight[channel * inputs + i];
        }
      }
    }
    return new PackedWeights(data, outputs, inputs, blocks);
  }

  /** Returns the packed values. */
  @SuppressWarnings("ReturnsMutableArray")
  float[] data() {
    return data;
  }

  /** Returns the outputs of a group. */
  int outputs() {
    return outputs;
  }

  /** Returns the inputs of a group. */
  int inputs() {
    return inputs;
  }

  /** Returns the blocks of a group. */
  int blocks() {
    return blocks;
  }

  /** Returns the floats from one block to the next. */
  int blockFloats() {
    return (inputs + 1) * BLOCK;
  }

  /** Returns where a block's biases stand. */
  int at(int group, int block) {
    return (group * blocks + block) * blockFloats();
  }

  /** Returns how many outputs of a block are real. */
  int live(int block) {
    return Math.min(BLOCK, outputs - block * BLOCK);
  }
}
