package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;
import static dev.shiftwise.view.Displacement.DOWN;
import static dev.shiftwise.view.Displacement.LEFT;
import static dev.shiftwise.view.Displacement.RIGHT;
import static dev.shiftwise.view.Displacement.UP;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.AddressShift.Run;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.ViewStep;
import dev.shiftwise.view.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** SPEC section 1: the three primitives, as a copy sees them. */
final class ShiftRules {
  /** Shapes on the edges: single elements, single rows and columns, odd sizes, vector tails. */
  private static final List<Shape> SHAPES =
      List.of(
          Shape.of(1, 1, 1),
          Shape.of(5, 1, 1),
          Shape.of(4, 1, 17),
          Shape.of(4, 9, 1),
          Shape.of(7, 5, 3),
          Shape.of(8, 7, 7),
          Shape.of(3, 4, 33));

  private ShiftRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("SHIFT-01", "one image never reads another", ShiftRules::imagesAreRings),
        Rule.of("SHIFT-02", "channel shift rotates the channels", ShiftRules::channelShift),
        Rule.of("SHIFT-03", "half a group is C / (2g) channels", ShiftRules::halfGroup),
        Rule.of("SHIFT-04", "address shift RING walks on the ring", t -> addressShift(t, RING)),
        Rule.of("SHIFT-05", "address shift ZERO reads +0 outside", t -> addressShift(t, ZERO)),
        Rule.of("SHIFT-06", "the named directions and lists of runs", ShiftRules::names),
        Rule.of("SHIFT-07", "displacements up to the plane's size less one", ShiftRules::farthest),
        Rule.of("SHIFT-08", "uniform RING shifts are rotations", ShiftRules::rotations),
        Rule.of("SHIFT-09", "RING and ZERO agree away from the border", ShiftRules::inside),
        Rule.of("SHIFT-10", "moves keep every bit", ShiftRules::everyBit),
        Rule.of("SHIFT-11", "shortcut shift slides a window", ShiftRules::shortcut),
        Rule.of("SHIFT-12", "channel shift, then address shift", ShiftRules::order),
        Rule.of("SHIFT-13", "shifts that do not fit are refused", ShiftRules::refusals),
        Rule.of("SHIFT-14", "shifts over what any operator made", ProducerRules::check));
  }

  private static void imagesAreRings(Trial trial) {
    Shape shape = Shape.of(4, 3, 5);
    AddressShift ends =
        AddressShift.of(
            RING, new Run(2, new Displacement(-2, -4)), new Run(2, new Displacement(2, 4)));
    Network network = Nets.copy(shape, ends);
    trial.agrees(network, 3, Numbers.PATTERNS);
    // The neighbours in the batch become NaN; the image between them must not notice.
    Map<String, int[]> inputs = trial.inputs(network, 3, Numbers.INTEGERS);
    int[] bits = inputs.values().iterator().next();
    int image = Math.toIntExact(shape.elements());
    Arrays.fill(bits, 0, image, 0x7fc00001);
    Arrays.fill(bits, 2 * image, 3 * image, 0x7fc00002);
    Network sum = Nets.one(Nets.pointwise(Numbers.INTEGERS, trial.random(), 4, 6, 1), shape, ends);
    for (Network each : List.of(network, sum)) {
      trial.agrees(each, CompileOptions.DEFAULT.withMaxBatch(3), 3, inputs);
    }
  }

  private static void channelShift(Trial trial) {
    for (long by : new long[] {0, 1, -1, 3, 7, 12, -100, Long.MAX_VALUE, Long.MIN_VALUE}) {
      trial.agrees(Nets.copy(Shape.of(7, 3, 5), new ChannelShift(by)), Numbers.PATTERNS);
    }
    for (Shape shape : SHAPES) {
      trial.agrees(Nets.copy(shape, new ChannelShift(shape.channels() / 2)), 2, Numbers.PATTERNS);
    }
  }

  private static void halfGroup(Trial trial) {
    for (int groups : new int[] {1, 2, 4}) {
      Shape shape = Shape.of(16, 3, 3);
      Network shifted = Nets.copy(shape, ChannelShift.halfGroup(16, groups));
      Map<String, int[]> inputs = trial.inputs(shifted, 1, Numbers.INTEGERS);
      Network wanted = Nets.copy(shape, new ChannelShift(16 / (2 * groups)));
      try (Compiled compiled = trial.compile(shifted, 1);
          Buffers buffers = Buffers.of(shifted, inputs, 1)) {
        compiled.run(buffers.inputs(), buffers.outputs());
        trial.compare(wanted, inputs, 1, buffers);
      }
    }
    trial.refuses(
        IllegalArgumentException.class,
        List.of("12", "8"),
        "half a group of 12 channels in 4 groups",
        () -> ChannelShift.halfGroup(12, 4));
  }

  private static void addressShift(Trial trial, Border border) {
    for (Shape shape : SHAPES) {
      for (int i = 0; i < 3; i++) {
        AddressShift shift = Nets.anyShift(trial.random(), border, shape);
        trial.agrees(Nets.copy(shape, shift), Numbers.PATTERNS);
      }
      // Read in place by a kernel: the shift is part of a sum, over an input and over a value that
      // a kernel made, which then has to store whatever the reader runs into.
      PointwiseConvolution sum =
          Nets.pointwise(Numbers.INTEGERS, trial.random(), shape.channels(), 3, 1);
      AddressShift shift = Nets.anyShift(trial.random(), border, shape);
      trial.agrees(Nets.one(sum, shape, shift), 2, Numbers.INTEGERS);
      trial.agrees(
          Nets.of(shape, (b, x) -> b.add("sum", sum, b.add("made", new Copy(), x).then(shift))),
          2,
          Numbers.INTEGERS);
    }
  }

  private static void names(Trial trial) {
    trial.check(
        LEFT.equals(new Displacement(0, 1))
            && UP.equals(new Displacement(1, 0))
            && RIGHT.equals(new Displacement(0, -1))
            && DOWN.equals(new Displacement(-1, 0))
            && Displacement.STAY.equals(new Displacement(0, 0)),
        () -> "LEFT is " + LEFT + ", UP " + UP + ", RIGHT " + RIGHT + ", DOWN " + DOWN);
    Shape shape = Shape.of(20, 4, 5);
    for (Border border : Border.values()) {
      trial.agrees(Nets.copy(shape, AddressShift.addressNet(border, 20)), Numbers.PATTERNS);
      AddressShift nine = AddressShift.shiftNet(border, 20);
      trial.check(
          nine.runs().size() == 10 && nine.runs().getLast().equals(new Run(2, Displacement.STAY)),
          () -> "ShiftNet's runs over 20 channels are " + nine);
      trial.agrees(Nets.copy(shape, nine), Numbers.PATTERNS);
    }
  }

  private static void farthest(Trial trial) {
    for (Border border : Border.values()) {
      for (Shape shape : List.of(Shape.of(4, 5, 7), Shape.of(2, 7, 16), Shape.of(3, 1, 8))) {
        int dy = shape.height() - 1;
        int dx = shape.width() - 1;
        for (Displacement by :
            List.of(
                new Displacement(dy, dx),
                new Displacement(-dy, -dx),
                new Displacement(dy, -dx),
                new Displacement(0, dx))) {
          ViewStep shift = AddressShift.uniform(border, shape.channels(), by);
          trial.agrees(Nets.copy(shape, shift), Numbers.PATTERNS);
          trial.agrees(
              Nets.one(
                  Nets.pointwise(Numbers.INTEGERS, trial.random(), shape.channels(), 2, 1),
                  shape,
                  shift),
              Numbers.INTEGERS);
        }
      }
    }
  }

  private static void rotations(Trial trial) {
    Shape shape = Shape.of(6, 5, 4);
    for (int i = 0; i < 6; i++) {
      AddressShift there = uniform(trial, shape);
      AddressShift back =
          AddressShift.uniform(
              RING,
              shape.channels(),
              new Displacement(
                  -there.runs().getFirst().by().dy(), -there.runs().getFirst().by().dx()));
      AddressShift more = uniform(trial, shape);
      ChannelShift turn = new ChannelShift(trial.random().nextInt(-9, 10));
      ChannelShift turnBack = new ChannelShift(-turn.by());
      // There and back in one view, and through a copy between: the input, bit for bit.
      same(trial, Nets.copy(shape, there, back), Nets.copy(shape));
      same(trial, Nets.copy(shape, there, turn, back, turnBack), Nets.copy(shape));
      Network through =
          Nets.of(
              shape,
              (b, x) ->
                  b.add("back", new Copy(), b.add("there", new Copy(), x.then(there)).then(back)));
      same(trial, through, Nets.copy(shape));
      // Offsets add, in any order.
      same(trial, Nets.copy(shape, there, more), Nets.copy(shape, more, there));
      same(trial, Nets.copy(shape, there, turn), Nets.copy(shape, turn, there));
    }
  }

  private static AddressShift uniform(Trial trial, Shape shape) {
    Displacement by =
        new Displacement(
            trial.random().nextInt(1 - shape.height(), shape.height()),
            trial.random().nextInt(1 - shape.width(), shape.width()));
    return AddressShift.uniform(RING, shape.channels(), by);
  }

  /** Asserts that a network gives what the oracle says of another one over the same input. */
  private static void same(Trial trial, Network network, Network asIf) {
    Map<String, int[]> inputs = trial.inputs(network, 1, Numbers.PATTERNS);
    try (Compiled compiled = trial.compile(network, 1);
        Buffers buffers = Buffers.of(network, inputs, 1)) {
      compiled.run(buffers.inputs(), buffers.outputs());
      trial.compare(asIf, inputs, 1, buffers);
    }
  }

  private static void inside(Trial trial) {
    Shape shape = Shape.of(8, 6, 7);
    for (int i = 0; i < 4; i++) {
      Displacement[] by = new Displacement[8];
      for (int c = 0; c < by.length; c++) {
        by[c] = new Displacement(trial.random().nextInt(-2, 3), trial.random().nextInt(-2, 3));
      }
      int[] ring = shifted(trial, shape, AddressShift.equalGroups(RING, 8, by));
      int[] zero = shifted(trial, shape, AddressShift.equalGroups(ZERO, 8, by));
      for (int c = 0; c < 8; c++) {
        for (int y = 2; y < shape.height() - 2; y++) {
          for (int x = 2; x < shape.width() - 2; x++) {
            int at = (c * shape.height() + y) * shape.width() + x;
            trial.check(
                ring[at] == zero[at],
                () ->
                    "element " + at + " is " + ring[at] + " by RING and " + zero[at] + " by ZERO");
          }
        }
      }
    }
  }

  private static int[] shifted(Trial trial, Shape shape, AddressShift shift) {
    Network network = Nets.copy(shape, shift);
    int[] counting = new int[Math.toIntExact(shape.elements())];
    Arrays.setAll(counting, i -> i + 1);
    try (Compiled compiled = trial.compile(network, 1);
        Buffers buffers = Buffers.of(network, Map.of(Nets.INPUT, counting), 1)) {
      compiled.run(buffers.inputs(), buffers.outputs());
      return buffers.output(Nets.OUTPUT);
    }
  }

  private static void everyBit(Trial trial) {
    Shape shape = Shape.of(9, 5, 6);
    for (int i = 0; i < 4; i++) {
      for (Border border : Border.values()) {
        trial.agrees(
            Nets.copy(shape, new ChannelShift(i), Nets.anyShift(trial.random(), border, shape)),
            2,
            Numbers.PATTERNS);
      }
    }
    // Two copies in a row: what the first one wrote is read again.
    trial.agrees(
        Nets.of(
            shape,
            (b, x) -> {
              var once = b.add("once", new Copy(), x.channelShift(2));
              return b.add("twice", new Copy(), once.window(1, 7));
            }),
        Numbers.PATTERNS);
  }

  /** A stage of several modules over one buffer; every joint is a window moved on. */
  private static void shortcut(Trial trial) {
    Shape shape = Shape.of(8, 5, 5);
    Network stage =
        Nets.of(
            shape,
            (b, x) -> {
              var window = x;
              for (int module = 0; module < 4; module++) {
                var made =
                    b.add(
                        "made" + module,
                        Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 4, 4),
                        window.channelShift(1));
                window = b.shortcutShift("joint" + module, window, made);
              }
              return window;
            });
    trial.agrees(stage, 2, Numbers.INTEGERS);
    Network moved =
        Nets.of(
            shape,
            (b, x) -> {
              var made = b.add("made", new Copy(), x.window(2, 3));
              return b.shortcutShift("joint", x, made);
            });
    trial.agrees(moved, Numbers.PATTERNS);
    trial.refuses(
        IllegalArgumentException.class,
        List.of("made", "9", "8"),
        "a module wider than its window",
        () ->
            Nets.of(
                shape,
                (b, x) ->
                    b.shortcutShift(
                        "joint",
                        x,
                        b.add(
                            "wide",
                            Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 9, 1),
                            x))));
  }

  private static void order(Trial trial) {
    Shape shape = Shape.of(12, 4, 5);
    ChannelShift turn = ChannelShift.halfGroup(12, 3);
    for (Border border : Border.values()) {
      AddressShift shift = Nets.anyShift(trial.random(), border, shape);
      trial.agrees(Nets.copy(shape, turn, shift), Numbers.PATTERNS);
      trial.agrees(
          Nets.one(Nets.pointwise(Numbers.INTEGERS, trial.random(), 12, 6, 3), shape, turn, shift),
          2,
          Numbers.INTEGERS);
    }
  }

  private static void refusals(Trial trial) {
    Shape shape = Shape.of(4, 3, 5);
    for (Displacement by :
        List.of(new Displacement(3, 0), new Displacement(0, -5), new Displacement(-7, 1))) {
      trial.refuses(
          IllegalArgumentException.class,
          List.of("displacement", by.toString()),
          "a displacement of " + by + " over " + shape,
          () -> Nets.copy(shape, AddressShift.uniform(RING, 4, by)));
    }
    for (int channels : new int[] {3, 5}) {
      trial.refuses(
          IllegalArgumentException.class,
          List.of("cover", Integer.toString(channels)),
          "runs over " + channels + " of 4 channels",
          () -> Nets.copy(shape, AddressShift.uniform(ZERO, channels, LEFT)));
    }
    trial.refuses(
        IllegalArgumentException.class,
        List.of("window", "5"),
        "a window behind the last channel",
        () -> Nets.copy(shape, new Window(2, 3)));
  }
}
