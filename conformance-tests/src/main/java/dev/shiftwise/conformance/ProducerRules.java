package dev.shiftwise.conformance;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * SHIFT-14: whatever makes a value stores what the value's shifted readers run into. Each operator
 * makes values that a sum reads through RING and ZERO shifts, in planes of several widths.
 */
final class ProducerRules {
  /** A plane of a few vectors with a tail, one narrower than any, and one of a single long row. */
  private static final List<Shape> SHAPES =
      List.of(Shape.of(4, 5, 7), Shape.of(4, 7, 2), Shape.of(4, 1, 33));

  private ProducerRules() {}

  /** Adds the nodes that make a value of an input; the last one has the given name. */
  @FunctionalInterface
  private interface Producer {
    Operand make(NetworkBuilder b, String name, Operand x);
  }

  static void check(Trial trial) {
    for (Producer producer : producers(trial.random())) {
      trial.agrees(read(trial, producer), 2, Numbers.INTEGERS);
    }
    for (Producer producer : producers(trial.random())) {
      trial.agrees(readTwice(trial, producer), 2, Numbers.INTEGERS);
    }
  }

  private static List<Producer> producers(RandomGenerator random) {
    Stream<Producer> operators =
        Stream.<Function<Shape, Operator>>of(
                in -> Nets.pointwise(Numbers.INTEGERS, random, in.channels(), 6, 2),
                in ->
                    Nets.pointwise(Numbers.INTEGERS, random, in.channels(), 4, 1)
                        .withStride(2)
                        .withActivation(Activation.SIGMOID),
                in -> convolution(random, in, 1),
                in -> convolution(random, in, in.channels()),
                _ -> new AveragePool(Kernel2d.square(3, 2, 1), true),
                _ -> new MaxPool(Kernel2d.square(3, 1, 1), false),
                _ -> new ChannelShuffle(2),
                _ -> new Activate(Activation.RELU),
                _ -> new Activate(Activation.SIGMOID),
                in -> Rearrangements.transpose(sizes(in), 0, 2, 1),
                in ->
                    Rearrangements.pad(
                        sizes(in),
                        List.of(0, 1, 0),
                        List.of(0, 0, 2),
                        Rearrangements.PadMode.CONSTANT,
                        3f),
                in -> Resize.bilinear(in, 9, 6, Coordinates.HALF_PIXEL),
                _ -> new Softmax(),
                _ -> new Copy())
            .map(operator -> (b, name, x) -> b.add(name, operator.apply(x.shape()), x));
    return Stream.concat(operators, joints()).toList();
  }

  /** Those that make a value of several operands. */
  private static Stream<Producer> joints() {
    Arithmetic scaled = new Arithmetic(Arithmetic.Function.MULTIPLY, Activation.NONE);
    Arithmetic less = new Arithmetic(Arithmetic.Function.SUBTRACT, Activation.HARD_SIGMOID);
    return Stream.of(
        (b, name, x) -> b.add(name, Arithmetic.add(Activation.RELU), x, x.channelShift(1)),
        // A gate, and an operand that is a plane for all channels.
        (b, name, x) -> b.add(name, scaled, x, b.add(name + ".mean", new GlobalAveragePool(), x)),
        (b, name, x) -> b.add(name, less, x.window(1, 1), x),
        (b, name, x) -> b.add(name, new Concat(), x.window(1, 2), x));
  }

  private static List<Integer> sizes(Shape shape) {
    return List.of(shape.channels(), shape.height(), shape.width());
  }

  private static Convolution convolution(RandomGenerator random, Shape in, int groups) {
    return Nets.convolution(
        Numbers.INTEGERS, random, in.channels(), 4, groups, Kernel2d.square(3, 1, 1));
  }

  /** Of every shape a value that is read through RING and another that is read through ZERO. */
  private static Network read(Trial trial, Producer producer) {
    NetworkBuilder b = Network.builder("producers");
    for (Shape shape : SHAPES) {
      Operand x = b.input("x" + shape, shape);
      for (Border border : Border.values()) {
        String name = border + "." + shape;
        Operand made = producer.make(b, name, x);
        b.output("y." + name, sum(trial, b, name + ".sum", made, border));
      }
    }
    return b.build();
  }

  /** Others read the value as it is: what it stores for a shifted reader is none of theirs. */
  private static Network readTwice(Trial trial, Producer producer) {
    NetworkBuilder b = Network.builder("producers");
    Shape shape = SHAPES.getFirst();
    Operand x = b.input("x", shape);
    for (Border border : Border.values()) {
      Operand made = producer.make(b, border.toString(), x);
      int channels = made.shape().channels();
      Operand whole =
          b.add(
              border + ".whole",
              Nets.pointwise(Numbers.INTEGERS, trial.random(), channels, 3, 1),
              made);
      b.output("y." + border, sum(trial, b, border + ".sum", made, border));
      b.output("whole." + border, whole);
    }
    return b.build();
  }

  private static Operand sum(
      Trial trial, NetworkBuilder b, String name, Operand made, Border border) {
    Shape shape = made.shape();
    return b.add(
        name,
        Nets.pointwise(Numbers.INTEGERS, trial.random(), shape.channels(), 3, 1),
        made.channelShift(1).then(Nets.anyShift(trial.random(), border, shape)));
  }
}
