package dev.shiftwise.plan;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
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
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
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
 * <p>Every rule leads to an operator further down this list, so rewriting ends: an activation that
 * is not fused to a node of its own; pointwise convolution, dense layer and global pooling to
 * convolution and pooling with a 1x1 or whole-plane kernel; shuffle to windows; the sum of two
 * operands of one shape, and activation, to a convolution of one weight a channel.
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
    if (!(operator instanceof Activate) && !capabilities.fuses(operator.activation())) {
      Operand linear = add(names.like(name + ".linear"), linear(operator), inputs);
      return add(name, new Activate(operator.activation()), linear);
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
      case Arithmetic(Arithmetic.Function function, Activation activation)
          when function == Arithmetic.Function.ADD
              && in.equals(inputs[1].shape())
              && lists(PointwiseConvolution.class) ->
          add(name, scaled(in.channels(), 1f, 0f, activation), inputs);
      case Activate(Activation activation) -> activate(name, activation, inputs);
      case Arithmetic _,
          Convolution _,
          AveragePool _,
          MaxPool _,
          Rearrange _,
          Resize _,
          Softmax _,
          Concat _,
          Copy _ ->
          refuse(name, operator, operator.kind(), inputs);
    };
  }

  private Operand refuse(String name, Operator operator, String what, Operand... inputs) {
    refused.add("'" + name + "' (" + what + ")");
    return builder.add(name, operator, inputs);
  }

  private boolean lists(Class<? extends Operator> kind) {
    return capabilities.operators().contains(kind);
  }

  /** Returns an operator of those that have an activation without it. */
  private static Operator linear(Operator operator) {
    return switch (operator) {
      case PointwiseConvolution op -> op.withActivation(Activation.NONE);
      case Convolution op ->
          new Convolution(op.filter(), op.groups(), op.kernel(), Activation.NONE);
      case Dense op -> new Dense(op.filter(), Activation.NONE);
      case Arithmetic op -> new Arithmetic(op.function(), Activation.NONE);
      default -> throw new IllegalStateException(operator.kind() + " has no activation");
    };
  }

  /** A convolution of one weight a channel, where it applies what is left of the activation. */
  private Operand activate(String name, Activation activation, Operand... inputs) {
    int channels = inputs[0].shape().channels();
    boolean hardSigmoid =
        activation instanceof Activation.HardSigmoid && !capabilities.fuses(activation);
    PointwiseConvolution scaled =
        activation instanceof Activation.HardSigmoid(float alpha, float beta) && hardSigmoid
            ? scaled(channels, alpha, beta, new Activation.Clip(0, 1))
            : scaled(channels, 1f, 0f, activation);
    if (capabilities.fuses(scaled.activation())) {
      if (lists(PointwiseConvolution.class)) {
        return add(name, scaled, inputs);
      }
      if (lists(Convolution.class)) {
        return add(
            name,
            new Convolution(
                scaled.filter(), channels, Kernel2d.square(1, 1, 0), scaled.activation()),
            inputs);
      }
    }
    return refuse(
        name,
        new Activate(activation),
        "Activate with " + activation.getClass().getSimpleName(),
        inputs);
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
    return add(name, Arithmetic.add(pointwise.activation()), main, inputs[1]);
  }

  /** A convolution that multiplies every channel by one weight and adds one bias. */
  private static PointwiseConvolution scaled(
      int channels, float weight, float bias, Activation activation) {
    float[] weights = new float[channels];
    float[] biases = new float[channels];
    Arrays.fill(weights, weight);
    Arrays.fill(biases, bias);
    return new PointwiseConvolution(Filter.pointwise(weights, biases), channels, 1, activation);
  }

  private static Filter reshaped(Filter filter, long... perOutput) {
    List<Long> dimensions = new ArrayList<>();
    dimensions.add((long) filter.outputs());
    Arrays.stream(perOutput).forEach(dimensions::add);
    return new Filter(new Tensor(filter.weight().data(), dimensions), filter.bias(), filter.norm());
  }
}
