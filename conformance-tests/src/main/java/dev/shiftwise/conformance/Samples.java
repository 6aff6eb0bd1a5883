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
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;

/** One network for each operator there is. */
final class Samples {
  static final Shape SHAPE = Shape.of(4, 6, 5);

  /** The name of the operator's node. */
  static final String NODE = "sample";

  private Samples() {}

  /** Returns operators of one operand, one of each kind that reads one. */
  static List<Operator> shiftable(Trial trial) {
    Kernel2d kernel = Kernel2d.square(3, 1, 1);
    return List.of(
        Nets.pointwise(Numbers.INTEGERS, trial.random(), 4, 6, 2),
        Nets.convolution(Numbers.INTEGERS, trial.random(), 4, 6, 2, kernel),
        new Dense(
            Nets.filter(Numbers.INTEGERS, trial.random(), 3, SHAPE.elements()), Activation.NONE),
        new AveragePool(kernel, false),
        new MaxPool(kernel, false),
        new GlobalAveragePool(),
        new ChannelShuffle(2),
        new Activate(Activation.RELU),
        Rearrangements.transpose(List.of(4, 6, 5), 2, 0, 1),
        Resize.bilinear(SHAPE, 9, 4, Coordinates.HALF_PIXEL),
        new Softmax(),
        new Copy());
  }

  /** Returns a network of one node for every operator. */
  static List<Network> networks(Trial trial) {
    Stream<Operator> single = shiftable(trial).stream();
    Stream<Operator> pairs = Stream.of(Arithmetic.add(Activation.RELU), new Concat());
    return Stream.concat(
            single.map(operator -> network(operator, false)),
            pairs.map(operator -> network(operator, true)))
        .toList();
  }

  private static Network network(Operator operator, boolean pair) {
    return Nets.of(
        SHAPE,
        (b, x) -> {
          Operand[] operands = pair ? new Operand[] {x, x.channelShift(1)} : new Operand[] {x};
          return b.add(NODE, operator, operands);
        });
  }

  static Operator operator(Network network) {
    return network.nodes().getFirst().operator();
  }
}
