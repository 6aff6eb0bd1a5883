package dev.shiftwise.models;

import static dev.shiftwise.view.Displacement.DOWN;
import static dev.shiftwise.view.Displacement.LEFT;
import static dev.shiftwise.view.Displacement.RIGHT;
import static dev.shiftwise.view.Displacement.UP;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.ArrayList;
import java.util.List;

/**
 * The AddressNet family (SPEC section 4): a 3x3 convolution, modules of two pointwise group
 * convolutions with a channel shift and an address shift between them, global average pooling and a
 * dense layer.
 *
 * <p><b>The arithmetic.</b> A module of 4 groups from {@code C} to {@code C} channels, expansion
 * {@code e}, has {@code C*eC/4 + eC*C/4 = eC*C/2} weights and {@code 2*(eC + C)} values of batch
 * normalisation; each weight is one multiply-add a pixel. The first module of a stage has stride 2:
 * its second convolution makes {@code Cout - C} channels on a quarter of the pixels, and an average
 * pool brings the other {@code C}. For AddressNet-32 (CIFAR-100; {@code e = 2.5}, C = 32, 64, 128;
 * five modules a stage):
 *
 * <pre>
 *                            weights   norm        pixels   multiply-adds
 * stem 3x3, 3 -> 32              864     64     1024            884,736
 * stage 1  5 x  32 ->  32  5 x 1,280  5 x 224   1024          6,553,600
 * stage 2  1 x  32 ->  64      1,280    224   1024, 256         819,200
 *          4 x  64 ->  64  4 x 5,120  4 x 448    256          5,242,880
 * stage 3  1 x  64 -> 128      5,120    448    256, 64          819,200
 *          4 x 128 -> 128 4 x 20,480  4 x 896     64          5,242,880
 * dense 128 -> 100            12,800    100 (bias)               12,800
 * </pre>
 *
 * <p>That makes 136,196 parameters (the paper: 0.14 M) and 18,690,560 multiply-adds without the
 * stem, 19,575,296 with it: 37.38 and 39.15 MFLOPs at two to a multiply-add (the paper: 37.3).
 *
 * @param name the name by which {@link Models} knows it
 * @param input shape of one image
 * @param stemStride stride of the first convolution
 * @param stemChannels channels that the first convolution makes
 * @param blocks the modules in order
 * @param classes outputs of the dense layer
 */
public record AddressNet(
    String name, Shape input, int stemStride, int stemChannels, List<Block> blocks, int classes)
    implements Architecture {
  private static final int GROUPS = 4;

  /**
   * One block.
   *
   * @param in input channels, a multiple of 4
   * @param out output channels; equal to {@code in} at stride 1, more at stride 2
   * @param expanded channels between its two convolutions, {@code e * in}; a multiple of 8
   * @param stride 1 (residual connection) or 2 (the input's average pool in front of what it makes)
   */
  public record Block(int in, int out, int expanded, int stride) {
    /** Checks that groups and shifts come out even. */
    public Block {
      boolean even = in % GROUPS == 0 && expanded % (2 * GROUPS) == 0 && (out - in) % GROUPS == 0;
      boolean joined = stride == 1 ? in == out : stride == 2 && out > in;
      if (!even || !joined) {
        throw new IllegalArgumentException(
            ("module: found in %d, out %d, expanded %d, stride %d; wanted in and out multiples of"
                    + " 4, expanded of 8, and stride 1 with out = in or 2 with out > in")
                .formatted(in, out, expanded, stride));
      }
    }

    /** Returns the channels that the second convolution makes. */
    int made() {
      return stride == 1 ? out : out - in;
    }
  }

  /** Copies the list. */
  public AddressNet {
    blocks = List.copyOf(blocks);
  }

  /** AddressNet for ImageNet, as on the paper's poster. */
  public static AddressNet imageNet() {
    List<Block> blocks = new ArrayList<>();
    addStage(blocks, 32, 96, 4, 3, 3);
    addStage(blocks, 96, 192, 3, 4, 2);
    addStage(blocks, 192, 384, 2, 5, 2);
    addStage(blocks, 384, 768, 2, 3, 2);
    return new AddressNet("addressnet-imagenet", new Shape(3, 224, 224), 2, 32, blocks, 1000);
  }

  /**
   * AddressNet for CIFAR-100; our reading of the paper, to fit its parameters and FLOPs.
   *
   * @param depth 20, 32 or 44, for 3, 5 or 7 modules a stage
   */
  public static AddressNet cifar100(int depth) {
    if (depth != 20 && depth != 32 && depth != 44) {
      throw new IllegalArgumentException("depth: found " + depth + ", wanted 20, 32 or 44");
    }
    int each = (depth - 2) / 6;
    List<Block> blocks = new ArrayList<>();
    addBlocks(blocks, 32, 2.5, each);
    addStage(blocks, 32, 64, 2.5, each - 1, 2.5);
    addStage(blocks, 64, 128, 2.5, each - 1, 2.5);
    return new AddressNet("addressnet-" + depth, new Shape(3, 32, 32), 1, 32, blocks, 100);
  }

  /** AddressNet-Fashion, the one with trained weights. */
  public static AddressNet fashion() {
    List<Block> blocks = new ArrayList<>();
    addStage(blocks, 32, 64, 4, 2, 3);
    addStage(blocks, 64, 128, 3, 2, 2);
    return new AddressNet("addressnet-fashion", new Shape(1, 28, 28), 1, 32, blocks, 10);
  }

  private static void addStage(
      List<Block> blocks, int in, int out, double first, int others, double expansion) {
    blocks.add(new Block(in, out, (int) (in * first), 2));
    addBlocks(blocks, out, expansion, others);
  }

  private static void addBlocks(List<Block> blocks, int channels, double expansion, int count) {
    for (int i = 0; i < count; i++) {
      blocks.add(new Block(channels, channels, (int) (channels * expansion), 1));
    }
  }

  @Override
  public Network network(Weights weights, Border border) {
    NetworkBuilder builder = Network.builder(name);
    Operand image = builder.input(INPUT, input);
    Operand x =
        builder.add(
            "stem",
            new Convolution(
                weights.normalised("stem", "bn", stemChannels, input.channels(), 3, 3),
                1,
                Kernel2d.square(3, stemStride, 1),
                Activation.RELU),
            image);
    for (int i = 0; i < blocks.size(); i++) {
      x = addBlock(builder, "blocks." + i, blocks.get(i), weights, border, x);
    }
    Operand pooled = builder.add("pool", new GlobalAveragePool(), x);
    Dense dense = new Dense(weights.biased("fc", classes, x.shape().channels()), Activation.NONE);
    builder.output(OUTPUT, builder.add("fc", dense, pooled));
    return builder.build();
  }

  private static Operand addBlock(
      NetworkBuilder builder,
      String prefix,
      Block block,
      Weights weights,
      Border border,
      Operand x) {
    PointwiseConvolution expand =
        PointwiseConvolution.of(
                weights.normalised(
                    prefix + ".pw1", prefix + ".bn1", block.expanded(), block.in() / GROUPS))
            .withGroups(GROUPS)
            .withActivation(Activation.RELU);
    PointwiseConvolution reduce =
        PointwiseConvolution.of(
                weights.normalised(
                    prefix + ".pw2", prefix + ".bn2", block.made(), block.expanded() / GROUPS))
            .withGroups(GROUPS)
            .withStride(block.stride())
            .withActivation(Activation.RELU);
    Operand shifted =
        builder
            .add(prefix + ".pw1", expand, x)
            .channelShift(block.expanded() / (2 * GROUPS))
            .addressShift(border, LEFT, UP, RIGHT, DOWN);
    if (block.stride() == 1) {
      return builder.add(prefix + ".pw2", reduce, shifted, x);
    }
    Operand made = builder.add(prefix + ".pw2", reduce, shifted);
    Operand kept =
        builder.add(prefix + ".pool", new AveragePool(Kernel2d.square(2, 2, 0), true), x);
    return builder.add(prefix + ".join", new Concat(), kept, made);
  }
}
