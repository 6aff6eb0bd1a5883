package dev.shiftwise.conformance;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A random network of random operators on random views (NET-05). */
final class RandomProgram {
  private static final List<Activation> ACTIVATIONS =
      List.of(
          Activation.NONE,
          Activation.RELU,
          Activation.RELU6,
          new Activation.LeakyRelu(0.5f),
          Activation.SIGMOID,
          Activation.HARD_SIGMOID);

  /** A quotient of numbers that may be as small as their error has no bound. */
  private static final List<Arithmetic.Function> FUNCTIONS =
      Stream.of(Arithmetic.Function.values())
          .filter(function -> function != Arithmetic.Function.DIVIDE)
          .toList();

  private RandomProgram() {}

  /** Returns the network of a seed, which is in its name. */
  static Network of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    NetworkBuilder b = Network.builder("program " + seed);
    List<Operand> made = new ArrayList<>();
    int side = random.nextInt(1, 8);
    for (int i = random.nextInt(1, 3); i > 0; i--) {
      made.add(b.input("in" + i, Shape.of(random.nextInt(1, 9), side, random.nextInt(1, 9))));
    }
    int nodes = random.nextInt(2, 10);
    for (int i = 0; i < nodes; i++) {
      // Half of them read what was just made: by a shift, or by anything.
      Operand x =
          random.nextBoolean()
              ? anyShift(random, made.getLast())
              : anyView(random, made.get(random.nextInt(made.size())));
      made.add(node(random, b, "n" + i, x, made));
    }
    b.output("last", made.getLast());
    b.output("some", anyView(random, made.get(random.nextInt(made.size()))));
    return b.build();
  }

  /** A transpose, a padded image, the columns backwards or the channels in another order. */
  private static Rearrange rearrange(SplittableRandom random, Shape in) {
    List<Integer> sizes = List.of(in.channels(), in.height(), in.width());
    return switch (random.nextInt(4)) {
      case 0 -> Rearrangements.transpose(sizes, 2, 0, 1).into(in);
      case 1 ->
          Rearrangements.pad(
              sizes,
              List.of(0, 1, 0),
              List.of(0, 0, random.nextInt(3)),
              Rearrangements.PadMode.CONSTANT,
              3f);
      case 2 ->
          Rearrangements.slice(
              sizes,
              List.of(0, 0, in.width() - 1),
              List.of(1, 1, -1),
              List.of(in.channels(), in.height(), in.width()));
      default -> {
        int[] order = random.ints(in.channels(), 0, in.channels()).toArray();
        yield Rearrangements.gather(sizes, 0, order);
      }
    };
  }

  /** A view that kernels read in place: what the value's operator stores around it is read too. */
  private static Operand anyShift(SplittableRandom random, Operand operand) {
    Border border = random.nextBoolean() ? Border.RING : Border.ZERO;
    return operand
        .channelShift(random.nextInt(3))
        .then(Nets.anyShift(random, border, operand.shape()));
  }

  private static Operand anyView(SplittableRandom random, Operand operand) {
    Operand seen = operand;
    for (int i = random.nextInt(3); i > 0; i--) {
      Shape shape = seen.shape();
      seen =
          switch (random.nextInt(4)) {
            case 0 -> seen.then(new ChannelShift(random.nextInt(-20, 20)));
            case 1 -> {
              int first = random.nextInt(shape.channels());
              yield seen.window(first, random.nextInt(1, shape.channels() - first + 1));
            }
            case 2 -> seen.then(Nets.anyShift(random, Border.RING, shape));
            default -> seen.then(Nets.anyShift(random, Border.ZERO, shape));
          };
    }
    return seen;
  }

  /** A value with sizes of one: a plane, a row or a column of another, or its means. */
  private static Operand smaller(
      SplittableRandom random, NetworkBuilder b, String name, Operand x) {
    Shape in = x.shape();
    List<Integer> sizes = List.of(in.channels(), in.height(), in.width());
    return switch (random.nextInt(4)) {
      case 0 -> b.add(name, new GlobalAveragePool(), x);
      case 1 -> x.window(random.nextInt(in.channels()), 1);
      case 2 -> b.add(name, Rearrangements.gather(sizes, 1, random.nextInt(in.height())), x);
      default -> b.add(name, Rearrangements.gather(sizes, 2, random.nextInt(in.width())), x);
    };
  }

  /** One of the two, or both, are seen through steps; either of them may come first. */
  private static Operand broadcast(
      SplittableRandom random, NetworkBuilder b, String name, Operand x) {
    Operand part = smaller(random, b, name + ".part", x);
    for (int i = random.nextInt(2); i > 0; i--) {
      part =
          part.then(
              Nets.anyShift(
                  random, random.nextBoolean() ? Border.RING : Border.ZERO, part.shape()));
    }
    boolean turned = random.nextBoolean();
    Arithmetic.Function function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
    return b.add(
        name,
        new Arithmetic(function, new Activation.Clip(-8, 8)),
        turned ? part : x,
        turned ? x : part);
  }

  private static Operand node(
      SplittableRandom random, NetworkBuilder b, String name, Operand x, List<Operand> made) {
    Shape in = x.shape();
    int c = in.channels();
    int groups = random.nextBoolean() ? 1 : c;
    int out = groups * random.nextInt(1, 1 + Math.max(1, 12 / groups));
    Activation act = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
    Kernel2d kernel =
        Kernel2d.square(random.nextInt(1, 4), random.nextInt(1, 3), 0)
            .withDilation(random.nextInt(1, 3));
    int reach = (kernel.height() - 1) * kernel.dilationY() + 1;
    boolean fits = reach <= in.height() && reach <= in.width();
    return switch (random.nextInt(17)) {
      case 0, 1 -> {
        PointwiseConvolution op =
            Nets.pointwise(Numbers.INTEGERS, random, c, out, groups)
                .withStride(random.nextInt(1, 3))
                .withActivation(act);
        yield b.add(name, op, x);
      }
      case 2, 3 ->
          b.add(name, Nets.pointwise(Numbers.INTEGERS, random, c, c, 1).withActivation(act), x, x);
      case 4 ->
          b.add(
              name,
              Nets.convolution(Numbers.INTEGERS, random, c, out, groups, Kernel2d.square(3, 1, 1)),
              x);
      case 5 -> b.add(name, new MaxPool(fits ? kernel : Kernel2d.whole(in), fits), x);
      case 6 -> b.add(name, new AveragePool(fits ? kernel : Kernel2d.whole(in), false), x);
      case 7 -> b.add(name, new ChannelShuffle(random.nextBoolean() ? 1 : c), x);
      case 8 -> {
        Operand other = made.get(random.nextInt(made.size()));
        boolean samePlane =
            other.shape().height() == in.height() && other.shape().width() == in.width();
        yield b.add(name, new Concat(), x, samePlane ? other : x);
      }
      case 9 -> b.add(name, Arithmetic.add(act), x, x.channelShift(1));
      case 11 -> b.add(name, rearrange(random, in), x);
      case 12 -> broadcast(random, b, name, x);
      case 13 ->
          b.add(
              name,
              Resize.bilinear(
                  in, random.nextInt(1, 9), random.nextInt(1, 9), Coordinates.HALF_PIXEL),
              x);
      case 10 ->
          b.add(name, new Dense(Nets.filter(Numbers.INTEGERS, random, 5, in.elements()), act), x);
      case 14 -> b.add(name, new Activate(act), x);
      case 15 -> b.add(name, new Softmax(), x);
      default -> b.add(name, new Copy(), x);
    };
  }
}
