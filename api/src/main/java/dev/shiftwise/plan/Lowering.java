package dev.shiftwise.plan;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Add;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.ViewStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites the operators that a backend does not list into simpler ones, and refuses the rest by
 * name.
 *
 * <p>Every rule leads to an operator further down this list, so rewriting ends: pointwise
 * convolution, dense layer and global pooling to convolution and pooling with a 1x1 or whole-plane
 * kernel; shuffle to windows; addition and activation to a convolution of one weight a channel.
 */
final class Lowering {
  private final Capabilities capabilities;
  private final NetworkBuilder builder;
  private final FreshNames names;
  private final Map<Value, Operand> rewritten = new HashMap<>();
  private final List<String> refused = new ArrayList<>();

  private Lowering(Network network, Capabilities capabilities) {
    this.capabilities = capabilities;
    this.builder = Network.builder(network.name());
    this.names = new FreshNames(network);
  }

  /**
   * Returns the network in operators that the backend lists, and concats.
   *
   * @throws UnsupportedOperatorException if an operator has no such form, naming every one
   */
  static Network lower(Network network, Capabilities capabilities) {
    Lowering lowering = new Lowering(network, capabilities);
    for (Value input : network.inputs()) {
      lowering.rewritten.put(input, lowering.builder.input(input.name(), input.shape()));
    }
    for (Node node : network.nodes()) {
      Operand[] inputs = node.inputs().stream().map(lowering::rewrite).toArray(Operand[]::new);
      lowering.rewritten.put(node.output(), lowering.add(node.name(), node.operator(), inputs));
    }
    if (!lowering.refused.isEmpty()) {
      throw new UnsupportedOperatorException(network.name(), lowering.refused);
    }
    network
        .outputs()
        .forEach((name, operand) -> lowering.builder.output(name, lowering.rewrite(operand)));
    return lowering.builder.build();
  }

  private Operand rewrite(Operand operand) {
    Operand now = rewritten.get(operand.value());
    if (now == null) {
      throw new IllegalStateException(
          "'" + operand.value().name() + "' was made before it is read");
    }
    for (ViewStep step : operand.steps()) {
      now = now.then(step);
    }
    return now;
  }

  private Operand add(String name, Operator operator, Operand... inputs) {
    if (operator instanceof Concat || capabilities.runs(operator)) {
      return builder.add(name, operator, inputs);
    }
    Shape in = inputs[0].shape();
    return switch (operator) {
      case PointwiseConvolution pointwise -> pointwise(name, pointwise, inputs);
      case Dense(Filter filter, Activation activation) ->
          add(
              name,
              new Convolution(
                  reshaped(filter, in.channels(), in.height(), in.width()),
                  1,
                  Kernel2d.whole(in),
                  activation),
              inputs);
      case GlobalAveragePool _ -> add(name, new AveragePool(Kernel2d.whole(in), false), inputs);
      case ChannelShuffle shuffle -> {
        Operand[] channels = new Operand[in.channels()];
        for (int c = 0; c < channels.length; c++) {
          channels[c] = inputs[0].window(shuffle.sourceChannel(c, channels.length), 1);
        }
        yield add(name, new Concat(), channels);
      }
      case Add(Activation activation)
          when capabilities.operators().contains(PointwiseConvolution.class) ->
          add(name, one(in.channels(), activation), inputs);
      case Activate(Activation activation)
          when capabilities.operators().contains(PointwiseConvolution.class) ->
          add(name, one(in.channels(), activation), inputs);
      case Activate(Activation activation)
          when capabilities.operators().contains(Convolution.class) ->
          add(
              name,
              new Convolution(
                  one(in.channels(), activation).filter(),
                  in.channels(),
                  Kernel2d.square(1, 1, 0),
                  activation),
              inputs);
      case Add _,
          Activate _,
          Convolution _,
          AveragePool _,
          MaxPool _,
          Softmax _,
          Concat _,
          Copy _ -> {
        refused.add("'" + name + "' (" + operator.kind() + ")");
        yield builder.add(name, operator, inputs);
      }
    };
  }

  private Operand pointwise(String name, PointwiseConvolution pointwise, Operand... inputs) {
    boolean residual = inputs.length == 2;
    int stride = pointwise.stride();
    Convolution convolution =
        new Convolution(
            pointwise.filter(),
            pointwise.groups(),
            Kernel2d.square(1, stride, 0),
            residual ? Activation.NONE : pointwise.activation());
    if (!residual) {
      return add(name, convolution, inputs);
    }
    Operand main = add(names.like(name + ".main"), convolution, inputs[0]);
    return add(name, new Add(pointwise.activation()), main, inputs[1]);
  }

  /** A convolution that multiplies every channel by one. */
  private static PointwiseConvolution one(int channels, Activation activation) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1f);
    return new PointwiseConvolution(
        Filter.of(Tensor.of(ones, channels, 1)), channels, 1, activation);
  }

  private static Filter reshaped(Filter filter, long... perOutput) {
    List<Long> dimensions = new ArrayList<>();
    dimensions.add((long) filter.outputs());
    Arrays.stream(perOutput).forEach(dimensions::add);
    return new Filter(new Tensor(filter.weight().data(), dimensions), filter.bias(), filter.norm());
  }
}
