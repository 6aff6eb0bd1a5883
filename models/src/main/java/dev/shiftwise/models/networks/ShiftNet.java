package dev.shiftwise.models.networks;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;

/**
 * ShiftNet (Wu et al., "Shift: A Zero FLOP, Zero Parameter Alternative to Spatial Convolutions",
 * CVPR 2018): a 7x7 convolution and four groups of modules of 1x1 convolution, shift, 1x1
 * convolution. The first module of a group has stride 2.
 *
 * <p><b>Our reading</b>, since the authors published no code of it: normalisation and ReLU follow
 * the convolutions, as in their ShiftResNet; the module of stride 2 makes {@code out - in} channels
 * and joins them to an average pool of 2x2 of its input, the pool first; a module's middle is as
 * wide as its expansion times the channels that it makes. ShiftNet-B has half of A's channels
 * throughout. ShiftNet-C has 1, 4, 4 and 3 modules of 3x3 shifts; that its expansions are 4, 4, 1
 * and 1 is chosen to meet the published parameters.
 *
 * @param name the name in the catalogue
 * @param stem channels that the first convolution makes
 * @param groups the four groups
 */
record ShiftNet(String name, int stem, List<Group> groups) implements Architecture {

  /**
   * Modules of the same channels.
   *
   * @param out channels behind each
   * @param count how many
   * @param size rows and columns of the square of displacements
   * @param first the first one's expansion
   * @param others the others' expansion
   */
  record Group(int out, int count, int size, int first, int others) {}

  ShiftNet {
    groups = List.copyOf(groups);
  }

  static ShiftNet a() {
    return new ShiftNet("shiftnet_a", 32, deep(64));
  }

  static ShiftNet b() {
    return new ShiftNet("shiftnet_b", 16, deep(32));
  }

  static ShiftNet c() {
    return new ShiftNet(
        "shiftnet_c",
        16,
        List.of(
            new Group(32, 1, 3, 4, 4),
            new Group(64, 4, 3, 4, 4),
            new Group(128, 4, 3, 1, 1),
            new Group(256, 3, 3, 1, 1)));
  }

  private static List<Group> deep(int channels) {
    return List.of(
        new Group(channels, 5, 5, 4, 4),
        new Group(2 * channels, 6, 5, 4, 3),
        new Group(4 * channels, 7, 3, 3, 2),
        new Group(8 * channels, 3, 3, 2, 1));
  }

  @Override
  public DataSet dataSet() {
    return DataSet.IMAGENET;
  }

  @Override
  public Border border() {
    return Border.ZERO;
  }

  @Override
  public Network network(Weights weights, Border border, Shape image) {
    Layers layers = Layers.of(name, weights, image);
    Conv first = Conv.of(stem, 7).stride(2).then(Activation.RELU);
    Operand x = layers.normalised("conv1", "bn1", first, layers.image());
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      for (int i = 0; i < group.count(); i++) {
        x = module(layers, "group" + (g + 1) + "." + i + ".", group, i == 0, border, x);
      }
    }
    return layers.network(layers.dense("fc", classes(), Activation.NONE, layers.globalPool(x)));
  }

  private static Operand module(
      Layers layers, String prefix, Group group, boolean halves, Border border, Operand x) {
    int made = halves ? group.out() - Layers.channels(x) : group.out();
    int wide = made * (halves ? group.first() : group.others());
    Conv expand = Conv.pointwise(wide).then(Activation.RELU);
    Conv reduce = Conv.pointwise(made).stride(halves ? 2 : 1).then(Activation.RELU);
    Operand shifted =
        layers
            .normalised(prefix + "conv1", prefix + "bn1", expand, x)
            .then(ModuloShift.of(border, wide, group.size()));
    if (!halves) {
      return layers.normalised(prefix + "conv2", prefix + "bn2", reduce, shifted, x);
    }
    Operand main = layers.normalised(prefix + "conv2", prefix + "bn2", reduce, shifted);
    Operand kept = layers.averagePool(prefix + "pool", Kernel2d.square(2, 2, 0), true, x);
    return layers.concat(prefix + "join", kept, main);
  }
}
