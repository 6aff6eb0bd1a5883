package dev.shiftwise.models.networks;

import static dev.shiftwise.view.Displacement.DOWN;
import static dev.shiftwise.view.Displacement.LEFT;
import static dev.shiftwise.view.Displacement.RIGHT;
import static dev.shiftwise.view.Displacement.UP;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
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
 * <p><b>The kinds.</b> With {@link Kind#SHUFFLE} a channel shuffle stands where AddressNet has the
 * channel shift: the paper's twin, of the same weights and sizes. With {@link Kind#ENHANCED} a
 * module of stride 1 makes {@code C/2} channels, and the shortcut shift puts them behind its input
 * in the stage's buffer (SPEC NET-04): three quarters of the weights and no addition.
 *
 * @param name the name in the catalogue
 * @param dataSet what it classifies
 * @param kind how its modules exchange and join channels
 * @param stemStride stride of the first convolution
 * @param stemChannels channels that the first convolution makes
 * @param blocks the modules in order
 */
public record AddressNet(
    String name, DataSet dataSet, Kind kind, int stemStride, int stemChannels, List<Block> blocks)
    implements Architecture {
  private static final int GROUPS = 4;

  /** How the modules exchange channels between groups and join what they made to what they read. */
  public enum Kind {
    /** Channel shift, and a residual connection: AddressNet. */
    SHIFT(""),
    /** Channel shuffle, and a residual connection. */
    SHUFFLE("shuffle-"),
    /** Channel shift and shortcut shift: Enhanced AddressNet. */
    ENHANCED("enhanced-");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }
  }

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
  }

  /**
   * Checks that the modules suit the kind.
   *
   * @throws IllegalArgumentException if a module of the enhanced kind makes channels that 4 groups
   *     do not divide
   */
  public AddressNet {
    blocks = List.copyOf(blocks);
    for (Block block : blocks) {
      if (made(kind, block) % GROUPS != 0) {
        throw new IllegalArgumentException(
            "module: found "
                + block.out()
                + " channels with the shortcut shift, wanted a multiple of "
                + 2 * GROUPS);
      }
    }
  }

  /** AddressNet for ImageNet, as on the paper's poster. */
  public static AddressNet imageNet(Kind kind) {
    List<Block> blocks = new ArrayList<>();
    addStage(blocks, 32, 96, 4, 3, 3);
    addStage(blocks, 96, 192, 3, 4, 2);
    addStage(blocks, 192, 384, 2, 5, 2);
    addStage(blocks, 384, 768, 2, 3, 2);
    return new AddressNet(
        kind.prefix + "addressnet-imagenet", DataSet.IMAGENET, kind, 2, 32, blocks);
  }

  /**
   * AddressNet for CIFAR-100; our reading of the paper, to fit its parameters and FLOPs.
   *
   * @param depth 20, 32 or 44, for 3, 5 or 7 modules a stage
   */
  public static AddressNet cifar100(Kind kind, int depth) {
    if (depth != 20 && depth != 32 && depth != 44) {
      throw new IllegalArgumentException("depth: found " + depth + ", wanted 20, 32 or 44");
    }
    int each = (depth - 2) / 6;
    List<Block> blocks = new ArrayList<>();
    addBlocks(blocks, 32, 2.5, each);
    addStage(blocks, 32, 64, 2.5, each - 1, 2.5);
    addStage(blocks, 64, 128, 2.5, each - 1, 2.5);
    return new AddressNet(
        kind.prefix + "addressnet-" + depth, DataSet.CIFAR_100, kind, 1, 32, blocks);
  }

  /** AddressNet-Fashion, the one with trained weights. */
  public static AddressNet fashion(Kind kind) {
    List<Block> blocks = new ArrayList<>();
    addStage(blocks, 32, 64, 4, 2, 3);
    addStage(blocks, 64, 128, 3, 2, 2);
    return new AddressNet(kind.prefix + "addressnet-fashion", DataSet.FASHION, kind, 1, 32, blocks);
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

  /** The channels that a module's second convolution makes. */
  private static int made(Kind kind, Block block) {
    if (block.stride() == 2) {
      return block.out() - block.in();
    }
    return kind == Kind.ENHANCED ? block.out() / 2 : block.out();
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name, weights, image);
    Conv stem = Conv.of(stemChannels, 3).stride(stemStride).then(Activation.RELU);
    Operand x = layers.normalised("stem", "bn", stem, layers.image());
    for (int i = 0; i < blocks.size(); i++) {
      x = addBlock(layers, "blocks." + i, blocks.get(i), border, x);
    }
    return layers.network(layers.dense("fc", classes(), Activation.NONE, layers.globalPool(x)));
  }

  private Operand addBlock(Layers layers, String prefix, Block block, Border border, Operand x) {
    Conv expand = Conv.pointwise(block.expanded()).groups(GROUPS).then(Activation.RELU);
    Conv reduce =
        Conv.pointwise(made(kind, block))
            .groups(GROUPS)
            .stride(block.stride())
            .then(Activation.RELU);
    Operand wide = layers.normalised(prefix + ".pw1", prefix + ".bn1", expand, x);
    Operand mixed =
        kind == Kind.SHUFFLE
            ? layers.shuffle(prefix + ".shuffle", GROUPS, wide)
            : wide.channelShift(block.expanded() / (2 * GROUPS));
    Operand shifted = mixed.addressShift(border, LEFT, UP, RIGHT, DOWN);
    if (block.stride() == 1 && kind != Kind.ENHANCED) {
      return layers.normalised(prefix + ".pw2", prefix + ".bn2", reduce, shifted, x);
    }
    Operand made = layers.normalised(prefix + ".pw2", prefix + ".bn2", reduce, shifted);
    if (block.stride() == 1) {
      return layers.shortcutShift(prefix + ".join", x, made);
    }
    Operand kept = layers.averagePool(prefix + ".pool", Kernel2d.square(2, 2, 0), true, x);
    return layers.concat(prefix + ".join", kept, made);
  }
}
