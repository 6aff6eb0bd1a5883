package dev.shiftwise.backend.cpuvector;

/**
 * The weights of a convolution in the order in which the tiles read them: group after group, in it
 * blocks of outputs, in a block first the biases and then, input after input, one weight for each
 * output. The blocks of a group differ by one output at most, since a tile of few outputs keeps the
 * multipliers waiting; the smaller ones come last and are filled up with zeros.
 *
 * <p>A heap array, since C2 spends far fewer nodes on an array element than on a segment's.
 */
final class PackedWeights {
  /** Output channels of the largest block. */
  static final int MOST = 8;

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
   * @param most the most outputs of a block, at most {@link #MOST}
   * @throws ArithmeticException if the packed array would not fit an int
   */
  static PackedWeights of(float[] weight, float[] bias, int groups, int most) {
    int outputs = bias.length / groups;
    int inputs = weight.length / bias.length;
    int blocks = Math.ceilDiv(outputs, most);
    int stride = Math.ceilDiv(outputs, blocks);
    int blockFloats = Math.multiplyExact(inputs + 1, stride);
    int packed = Math.multiplyExact(Math.multiplyExact(groups, blocks), blockFloats);
    // Vectors over outputs read a whole MOST, from the last input's weights too.
    float[] data = new float[Math.addExact(packed, MOST)];
    PackedWeights result = new PackedWeights(data, outputs, inputs, blocks);
    for (int g = 0; g < groups; g++) {
      for (int b = 0; b < blocks; b++) {
        for (int o = 0; o < result.live(b); o++) {
          int channel = g * outputs + result.firstOutput(b) + o;
          int at = result.at(g, b) + o;
          data[at] = bias[channel];
          for (int i = 0; i < inputs; i++) {
            data[at + (i + 1) * stride] = weight[channel * inputs + i];
          }
        }
      }
    }
    return result;
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

  /** Returns the floats from one input's weights to the next: the outputs of the first block. */
  int stride() {
    return Math.ceilDiv(outputs, blocks);
  }

  /** Returns how many of the blocks have as many outputs as the first. */
  int largeBlocks() {
    return outputs - blocks * (stride() - 1);
  }

  /** Returns the floats from one block to the next. */
  int blockFloats() {
    return (inputs + 1) * stride();
  }

  /** Returns where a block's biases stand. */
  int at(int group, int block) {
    return (group * blocks + block) * blockFloats();
  }

  /** Returns the outputs of a block. */
  int live(int block) {
    return block < largeBlocks() ? stride() : stride() - 1;
  }

  /** Returns a block's first output in its group; for the block behind the last, all outputs. */
  int firstOutput(int block) {
    return block * stride() - Math.max(0, block - largeBlocks());
  }
}
