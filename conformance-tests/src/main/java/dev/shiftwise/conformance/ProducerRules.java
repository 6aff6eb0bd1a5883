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
    List<Producer> producers = producers(trial.random());
    for (Producer producer : producers) {
      trial.agrees(read(trial, producer), 2, Numbers.INTEGERS);
    }
    trial.agrees(readTwice(trial, producers.getFirst()), 2, Numbers.INTEGERS);
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

  /** Of every shape a value that is read through RING and as it is, and one through ZERO. */
  private static Network read(Trial trial, Producer producer) {
    NetworkBuilder b = Network.builder("producers");
    for (Shape shape : SHAPES) {
      Operand x = b.input("x" + shape, shape);
      Operand ring = producer.make(b, "ring" + shape, x);
      b.output("ring.y" + shape, shifted(trial, b, ring, Border.RING));
      b.output("whole.y" + shape, sum(trial, b, "whole.sum" + shape, ring));
      Operand zero = producer.make(b, "zero" + shape, x);
      b.output("zero.y" + shape, shifted(trial, b, zero, Border.ZERO));
    }
    return b.build();
  }

  /** What is zeros to a reader through ZERO is the value's own to another. */
  private static Network readTwice(Trial trial, Producer producer) {
    return Nets.of(
        SHAPES.getFirst(),
        (b, x) -> {
          Operand made = producer.make(b, "made", x);
          Operand through = shifted(trial, b, made, Border.ZERO);
          return b.add("y", new Concat(), through, sum(trial, b, "whole", made));
        });
  }

  private static Operand shifted(Trial trial, NetworkBuilder b, Operand made, Border border) {
    Operand seen = made.channelShift(1).then(Nets.anyShift(trial.random(), border, made.shape()));
    return sum(trial, b, made.value().name() + ".sum", seen);
  }

  private static Operand sum(Trial trial, NetworkBuilder b, String name, Operand seen) {
    int channels = seen.shape().channels();
    return b.add(name, Nets.pointwise(Numbers.INTEGERS, trial.random(), channels, 3, 1), seen);
  }
}
