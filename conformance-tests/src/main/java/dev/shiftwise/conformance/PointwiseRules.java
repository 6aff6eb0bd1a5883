package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.FeatureMap;
import dev.shiftwise.view.ViewStep;
import dev.shiftwise.view.Window;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/** SPEC section 3: the fused operator. */
final class PointwiseRules {
  private PointwiseRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("POINTWISE-01", "the sum over the channels of a group", PointwiseRules::planes),
        Rule.of("POINTWISE-02", "groups from one to all channels", PointwiseRules::groups),
        Rule.of("POINTWISE-03", "strides start at the first pixel", PointwiseRules::strides),
        Rule.of("POINTWISE-04", "the bias of every channel, or none", PointwiseRules::bias),
        Rule.of("POINTWISE-05", "the input is read through its shifts", PointwiseRules::shifts),
        Rule.of("POINTWISE-06", "the residual is added, unshifted", PointwiseRules::residual),
        Rule.of("POINTWISE-07", "the activation comes last", PointwiseRules::activation),
        Rule.of("POINTWISE-08", "the result may be a window", PointwiseRules::window),
        Rule.of("POINTWISE-09", "the residual may be the output's place", PointwiseRules::inPlace),
        Rule.of("POINTWISE-10", "real numbers within the bound", PointwiseRules::bound),
        Rule.of("POINTWISE-11", "what does not fit is refused", PointwiseRules::refusals));
  }

  /** Planes and channels around every vector width and register tile. */
  private static void planes(Trial trial) {
    int[] sizes = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 49, 65};
    for (int width : sizes) {
      int in = 1 + trial.random().nextInt(9);
      int out = 1 + trial.random().nextInt(18);
      trial.agrees(plain(trial, Shape.of(in, 1, width), out, 1), 2, Numbers.INTEGERS);
    }
    for (int channels : new int[] {1, 7, 8, 9, 16, 17, 31}) {
      trial.agrees(plain(trial, Shape.of(channels, 3, 3), channels, 1), Numbers.INTEGERS);
      trial.agrees(plain(trial, Shape.of(5, 3, 5), channels, 1), 3, Numbers.INTEGERS);
    }
    for (int side : new int[] {7, 14, 28}) {
      trial.agrees(plain(trial, Shape.of(13, side, side), 11, 1), Numbers.INTEGERS);
    }
    trial.agrees(plain(trial, Shape.of(300, 2, 2), 2, 1), Numbers.INTEGERS);
  }

  private static Network plain(Trial trial, Shape in, int out, int groups, ViewStep... steps) {
    return Nets.one(
        Nets.pointwise(Numbers.INTEGERS, trial.random(), in.channels(), out, groups), in, steps);
  }

  private static void groups(Trial trial) {
    int[][] cases = {
      {6, 6, 1},
      {6, 6, 2},
      {6, 6, 3},
      {6, 6, 6},
      {12, 4, 4},
      {4, 12, 4},
      {10, 15, 5},
      {21, 14, 7},
      {33, 33, 3},
      {64, 32, 8},
      {13, 26, 13}
    };
    for (int[] c : cases) {
      trial.agrees(plain(trial, Shape.of(c[0], 5, 7), c[1], c[2]), 2, Numbers.INTEGERS);
    }
  }

  private static void strides(Trial trial) {
    for (int stride : new int[] {2, 3, 5}) {
      for (int[] size : new int[][] {{1, 1}, {4, 6}, {5, 7}, {9, 9}, {7, 33}, {14, 14}}) {
        Shape in = Shape.of(6, size[0], size[1]);
        PointwiseConvolution operator =
            Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 8, 2).withStride(stride);
        trial.agrees(Nets.one(operator, in), 2, Numbers.INTEGERS);
        trial.agrees(
            Nets.one(operator, in, Nets.anyShift(trial.random(), RING, in)), Numbers.INTEGERS);
        trial.agrees(
            Nets.one(operator, in, Nets.anyShift(trial.random(), ZERO, in)), Numbers.INTEGERS);
      }
    }
  }

  private static void bias(Trial trial) {
    Shape in = Shape.of(9, 3, 7);
    trial.agrees(plain(trial, in, 15, 3), Numbers.INTEGERS);
    Filter without = Filter.of(Nets.filter(Numbers.INTEGERS, trial.random(), 15, 3).weight());
    trial.agrees(
        Nets.one(new PointwiseConvolution(without, 3, 1, Activation.NONE), in), Numbers.INTEGERS);
  }

  private static void shifts(Trial trial) {
    for (Border border : Border.values()) {
      for (Shape in :
          List.of(
              Shape.of(16, 7, 7), Shape.of(8, 5, 33), Shape.of(12, 14, 14), Shape.of(8, 28, 28))) {
        AddressShift four = AddressShift.addressNet(border, in.channels());
        trial.agrees(plain(trial, in, 12, 4, new ChannelShift(2), four), 2, Numbers.INTEGERS);
        trial.agrees(
            plain(trial, in, 5, 1, AddressShift.shiftNet(border, in.channels())), Numbers.INTEGERS);
        trial.agrees(
            Nets.one(
                Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 6, 2),
                in,
                new Window(1, 6),
                Nets.anyShift(trial.random(), border, in.withChannels(6))),
            Numbers.INTEGERS);
      }
    }
    // A value made by a node, with two readers that want it differently.
    Shape in = Shape.of(8, 6, 5);
    trial.agrees(
        Nets.of(
            in,
            (b, x) -> {
              var made =
                  b.add("made", Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 8, 2), x);
              var a =
                  b.add(
                      "a",
                      Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 4, 1),
                      made.then(AddressShift.addressNet(RING, 8)));
              var z =
                  b.add(
                      "z",
                      Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 4, 1),
                      made.then(AddressShift.addressNet(ZERO, 8)));
              return b.add("y", new Concat(), a, z, made);
            }),
        2,
        Numbers.INTEGERS);
  }

  private static void residual(Trial trial) {
    for (int stride : new int[] {1, 2}) {
      Shape in = Shape.of(8, 7, 9);
      PointwiseConvolution operator =
          Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 12, 4).withStride(stride);
      trial.agrees(Nets.withResidual(operator, in), 2, Numbers.INTEGERS);
      trial.agrees(
          Nets.withResidual(operator, in, AddressShift.addressNet(RING, 8)), Numbers.INTEGERS);
      trial.agrees(
          Nets.withResidual(
              operator.withActivation(Activation.RELU), in, AddressShift.addressNet(ZERO, 8)),
          Numbers.INTEGERS);
    }
    // The module of AddressNet: the residual is the value that the shifted chain began with.
    Shape in = Shape.of(8, 5, 5);
    trial.agrees(
        Nets.of(
            in,
            (b, x) -> {
              var wide =
                  b.add("wide", Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 16, 4), x);
              return b.add(
                  "y",
                  Nets.pointwise(Numbers.INTEGERS, trial.random(), 16, 8, 4),
                  wide.channelShift(2).then(AddressShift.addressNet(RING, 16)),
                  x);
            }),
        2,
        Numbers.INTEGERS);
    // A residual that is itself a shifted view reaches the kernel as it is seen.
    trial.agrees(
        Nets.of(
            in,
            (b, x) ->
                b.add(
                    "y",
                    Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 8, 1),
                    x,
                    x.channelShift(3).then(AddressShift.addressNet(RING, 8)))),
        Numbers.INTEGERS);
  }

  private static void activation(Trial trial) {
    Shape in = Shape.of(6, 5, 7);
    for (Activation activation : Nets.ACTIVATIONS) {
      PointwiseConvolution operator =
          Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 10, 2).withActivation(activation);
      trial.agrees(Nets.one(operator, in), Numbers.INTEGERS);
      trial.agrees(Nets.withResidual(operator, in), Numbers.INTEGERS);
    }
  }

  private static void window(Trial trial) {
    Shape in = Shape.of(6, 5, 7);
    trial.agrees(
        Nets.of(
            in,
            (b, x) -> {
              var a = b.add("a", Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 5, 1), x);
              var c =
                  b.add(
                      "c",
                      Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 9, 3),
                      x.then(AddressShift.shiftNet(RING, 6)));
              return b.add("y", new Concat(), a, x, c);
            }),
        2,
        Numbers.INTEGERS);
    // The caller's output is a window: the channels around it stay as they were.
    PointwiseConvolution operator = Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 4, 2);
    Network network = Nets.one(operator, in);
    Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.INTEGERS);
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(network, 2);
        Buffers buffers = Buffers.of(network, inputs, 2)) {
      int[] before = Numbers.PATTERNS.bits(trial.random(), 2 * 9 * in.plane());
      FeatureMap whole = FeatureMap.of(Buffers.copyOf(arena, before), 2, in.withChannels(9));
      compiled.run(buffers.inputs(), Map.of(Nets.OUTPUT, whole.window(3, 4)));
      FeatureMap made = FeatureMap.allocate(arena, 2, in.withChannels(4));
      whole.window(3, 4).copyTo(made);
      trial.compare(
          network,
          Nets.OUTPUT,
          ReferenceEvaluator.evaluate(network, inputs, 2).values().iterator().next(),
          made.segment().toArray(Buffers.BITS));
      int[] after = whole.segment().toArray(Buffers.BITS);
      for (int i = 0; i < after.length; i++) {
        long channel = i / in.plane() % 9;
        int at = i;
        trial.check(
            (channel >= 3 && channel < 7) || after[at] == before[at],
            () -> "channel " + channel + " outside the output's window was written");
      }
    }
  }

  private static void inPlace(Trial trial) {
    Shape in = Shape.of(8, 5, 6);
    PointwiseConvolution operator = Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 8, 2);
    Network network = Nets.withResidual(operator, in, AddressShift.addressNet(RING, 8));
    Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.INTEGERS);
    try (Compiled compiled = trial.compile(network, 2);
        Buffers buffers = Buffers.of(network, inputs, 2)) {
      FeatureMap place = buffers.outputs().values().iterator().next();
      FeatureMap residual = buffers.inputs().getOrDefault(Nets.RESIDUAL, place);
      residual.copyTo(place);
      compiled.run(
          Map.of(
              Nets.INPUT, buffers.inputs().getOrDefault(Nets.INPUT, place), Nets.RESIDUAL, place),
          buffers.outputs());
      trial.compare(network, inputs, 2, buffers);
    }
  }

  private static void bound(Trial trial) {
    for (int[] c : new int[][] {{1, 3, 1}, {16, 16, 4}, {40, 24, 1}, {96, 32, 2}, {251, 9, 1}}) {
      Shape in = Shape.of(c[0], 7, 7);
      PointwiseConvolution operator =
          Nets.pointwise(Numbers.REALS, trial.random(), c[0], c[1], c[2]);
      trial.agrees(Nets.one(operator, in), 2, Numbers.REALS);
      trial.agrees(
          Nets.withResidual(
              operator, in, new ChannelShift(1), Nets.anyShift(trial.random(), RING, in)),
          Numbers.REALS);
      trial.agrees(
          Nets.one(operator.withActivation(Activation.HARD_SWISH).withStride(2), in),
          Numbers.REALS);
    }
  }

  private static void refusals(Trial trial) {
    Shape in = Shape.of(6, 3, 3);
    trial.refuses(
        IllegalArgumentException.class,
        List.of("channels", "6", "4"),
        "6 channels in 4 groups",
        () -> plain(trial, in, 8, 4));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("output channels", "7", "2"),
        "7 output channels in 2 groups",
        () -> plain(trial, in, 7, 2));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("weight", "5"),
        "a weight for 5 channels over 6",
        () -> Nets.one(Nets.pointwise(Numbers.INTEGERS, trial.random(), 5, 4, 1), in));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("stride", "0"),
        "stride 0",
        () -> Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 4, 1).withStride(0));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("residual", "6x3x3", "4x3x3"),
        "a residual of another shape",
        () ->
            Nets.of(
                in,
                (b, x) ->
                    b.add("y", Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 4, 1), x, x)));
  }
}
