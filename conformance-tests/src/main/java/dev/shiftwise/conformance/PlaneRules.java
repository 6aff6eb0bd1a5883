package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** SPEC section 3: arithmetic of two maps, moves and resizes. */
final class PlaneRules {
  private static final Shape SHAPE = Shape.of(4, 3, 17);

  private PlaneRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("ARITH-01", "two operands element by element", PlaneRules::elements),
        Rule.of("ARITH-02", "a dimension of one element has it everywhere", PlaneRules::broadcast),
        Rule.of("ARITH-03", "both operands through their shifts", PlaneRules::shifted),
        Rule.of("ARITH-04", "NaN, infinities and division by zero", PlaneRules::limits),
        Rule.of("ARITH-05", "sizes that do not fit are refused", PlaneRules::arithmeticRefusals),
        Rule.of("ARITH-06", "1 where a comparison holds, else 0", ComparisonRules::comparisons),
        Rule.of("ARITH-07", "a mask hides whatever is there", ComparisonRules::masks),
        Rule.of("REARRANGE-01", "the elements that the axes name", PlaneRules::rearrange),
        Rule.of("REARRANGE-02", "the fill where an axis is outside", PlaneRules::fill),
        Rule.of("REARRANGE-03", "rearranged bit for bit", PlaneRules::patterns),
        Rule.of("REARRANGE-04", "the operand through its shifts", PlaneRules::rearrangeShifted),
        Rule.of("REARRANGE-05", "axes that do not fit are refused", PlaneRules::axisRefusals),
        Rule.of("RESIZE-01", "four elements by their shares", PlaneRules::resize),
        Rule.of("RESIZE-02", "what has no share is not read", PlaneRules::shares),
        Rule.of("RESIZE-03", "the operand through its shifts", PlaneRules::resizeShifted),
        Rule.of("RESIZE-04", "entries outside the plane are refused", PlaneRules::resizeRefusals));
  }

  // ---- arithmetic ----

  private static Network joined(Arithmetic operator, Shape a, Shape b) {
    NetworkBuilder builder = Network.builder("conformance");
    builder.output(
        Nets.OUTPUT,
        builder.add(
            "node", operator, builder.input(Nets.INPUT, a), builder.input(Nets.RESIDUAL, b)));
    return builder.build();
  }

  private static void elements(Trial trial) {
    for (Arithmetic.Function function : Arithmetic.Function.values()) {
      for (Shape shape : List.of(Shape.of(1, 1, 1), Shape.of(5, 3, 11), Shape.of(2, 7, 7))) {
        Network network = joined(new Arithmetic(function, Activation.NONE), shape, shape);
        trial.agrees(network, 2, Numbers.INTEGERS);
        trial.agrees(network, 2, Numbers.REALS);
      }
    }
    for (Activation activation : Nets.ACTIVATIONS) {
      trial.agrees(joined(Arithmetic.add(activation), SHAPE, SHAPE), Numbers.REALS);
    }
    trial.agrees(
        Nets.of(SHAPE, (b, x) -> b.add("y", Arithmetic.multiply(), x, x)), Numbers.INTEGERS);
  }

  private static void broadcast(Trial trial) {
    List<Shape> others =
        List.of(
            Shape.of(4, 1, 1),
            Shape.of(1, 3, 17),
            Shape.of(1, 1, 1),
            Shape.of(4, 3, 1),
            Shape.of(4, 1, 17),
            Shape.of(1, 1, 17));
    for (Arithmetic.Function function : Arithmetic.Function.values()) {
      Arithmetic operator = new Arithmetic(function, Activation.NONE);
      for (Shape other : others) {
        trial.agrees(joined(operator, SHAPE, other), 2, Numbers.REALS);
      }
      trial.agrees(joined(operator, Shape.of(4, 1, 1), SHAPE), 2, Numbers.REALS);
    }
    // Both have dimensions that the other lacks.
    trial.agrees(joined(Arithmetic.add(), Shape.of(1, 5, 1), Shape.of(3, 1, 9)), Numbers.INTEGERS);
    trial.agrees(
        joined(Arithmetic.multiply(), Shape.of(6, 1, 1), Shape.of(1, 2, 40)), Numbers.INTEGERS);
    // A plane that is longer than what a kernel would repeat at once.
    trial.agrees(
        joined(Arithmetic.multiply(), Shape.of(2, 37, 61), Shape.of(2, 1, 1)), Numbers.REALS);
  }

  private static void shifted(Trial trial) {
    RandomGenerator random = trial.random();
    for (Border border : Border.values()) {
      trial.agrees(
          Nets.of(
              SHAPE,
              (b, x) ->
                  b.add(
                      "y",
                      Arithmetic.add(Activation.RELU),
                      x.channelShift(1).then(Nets.anyShift(random, border, SHAPE)),
                      x.then(Nets.anyShift(random, ZERO, SHAPE)))),
          2,
          Numbers.INTEGERS);
    }
    trial.agrees(
        Nets.of(SHAPE, (b, x) -> b.add("y", Arithmetic.multiply(), x.window(1, 2), x.window(3, 1))),
        2,
        Numbers.INTEGERS);
    shiftedBroadcast(trial);
  }

  /** The smaller operand, or the larger one, or both are seen through shifts of their own. */
  private static void shiftedBroadcast(Trial trial) {
    Arithmetic product = new Arithmetic(Arithmetic.Function.MULTIPLY, Activation.NONE);
    List<Shape> others =
        List.of(Shape.of(4, 1, 1), Shape.of(1, 3, 17), Shape.of(4, 3, 1), Shape.of(4, 1, 17));
    for (Shape other : others) {
      for (Border border : Border.values()) {
        for (boolean turned : new boolean[] {false, true}) {
          NetworkBuilder b = Network.builder("conformance");
          Operand whole = seen(trial, b.input(Nets.INPUT, SHAPE), border);
          Operand part = seen(trial, b.input(Nets.RESIDUAL, other), border);
          Operand first = turned ? part : whole;
          b.output(Nets.OUTPUT, b.add("node", product, first, turned ? whole : part));
          trial.agrees(b.build(), 2, Numbers.INTEGERS);
        }
      }
    }
  }

  private static Operand seen(Trial trial, Operand operand, Border border) {
    return operand.channelShift(1).then(Nets.anyShift(trial.random(), border, operand.shape()));
  }

  private static void limits(Trial trial) {
    for (Arithmetic.Function function : Arithmetic.Function.values()) {
      Network network = joined(new Arithmetic(function, Activation.NONE), SHAPE, SHAPE);
      trial.agrees(network, 2, Numbers.HOLES);
      float[] left = {1, -1, 0, 0, -0f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
      float[] right = {0, -0f, 0, Float.POSITIVE_INFINITY, 5, Float.POSITIVE_INFINITY, 0};
      trial.agrees(
          network,
          CompileOptions.DEFAULT,
          1,
          Map.of(Nets.INPUT, beginning(trial, left), Nets.RESIDUAL, beginning(trial, right)));
    }
    trial.agrees(
        joined(new Arithmetic(Arithmetic.Function.DIVIDE, Activation.RELU6), SHAPE, SHAPE),
        Numbers.HOLES);
  }

  private static int[] beginning(Trial trial, float... values) {
    int[] bits = Numbers.INTEGERS.bits(trial.random(), SHAPE.elements());
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static void arithmeticRefusals(Trial trial) {
    trial.refuses(
        IllegalArgumentException.class,
        List.of("channels", "3", "4"),
        "a sum of other channels",
        () -> joined(Arithmetic.add(), SHAPE, Shape.of(3, 3, 17)));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("width", "16", "17"),
        "a product of other widths",
        () -> joined(Arithmetic.multiply(), SHAPE, Shape.of(1, 3, 16)));
  }

  // ---- moves ----

  private static void rearrange(Trial trial) {
    RandomGenerator random = trial.random();
    List<Integer> sizes = List.of(4, 3, 17);
    for (Rearrange operator :
        List.of(
            Rearrangements.transpose(sizes, 2, 0, 1),
            Rearrangements.transpose(sizes, 1, 2, 0),
            Rearrangements.transpose(List.of(2, 2, 3, 17), 2, 0, 3, 1).into(Shape.of(1, 6, 34)),
            Rearrangements.slice(sizes, List.of(1, 0, 2), List.of(2, 2, 3), List.of(2, 2, 5)),
            Rearrangements.slice(sizes, List.of(3, 2, 16), List.of(-1, -2, -1), List.of(4, 2, 17)),
            Rearrangements.gather(sizes, 2, 16, 0, 3, 3, 4, 5, 6, 7, 1),
            Rearrangements.gather(sizes, 0, 2, 2, 0),
            Rearrangements.reshape(Shape.of(17, 1, 12)),
            any(random, SHAPE, 0f, 0))) {
      trial.agrees(Nets.one(operator, SHAPE), 2, Numbers.PATTERNS);
    }
    Shape one = Shape.of(5, 1, 1);
    trial.agrees(
        Nets.one(Rearrangements.expand(List.of(5, 1, 1), List.of(5, 3, 9)), one),
        2,
        Numbers.PATTERNS);
    trial.agrees(Nets.one(Rearrangements.reshape(one), one), Numbers.PATTERNS);
    // Longer than one table of a kernel's, with long rows and with one axis.
    Shape wide = Shape.of(3, 20, 90);
    trial.agrees(
        Nets.one(Rearrangements.transpose(List.of(3, 20, 90), 2, 1, 0), wide), Numbers.PATTERNS);
    trial.agrees(Nets.one(any(random, wide, 0f, 0), wide), Numbers.PATTERNS);
  }

  /** One axis that is any move at all, with some entries outside. */
  private static Rearrange any(RandomGenerator random, Shape shape, float fill, int outside) {
    int[] offsets = new int[Math.toIntExact(shape.elements())];
    Arrays.setAll(
        offsets,
        i ->
            random.nextInt(100) < outside
                ? Rearrange.Axis.OUTSIDE
                : random.nextInt(offsets.length));
    return new Rearrange(shape, List.of(Rearrange.Axis.of(offsets)), fill);
  }

  private static void fill(Trial trial) {
    List<Integer> sizes = List.of(4, 3, 17);
    for (Rearrangements.PadMode mode : Rearrangements.PadMode.values()) {
      trial.agrees(
          Nets.one(
              Rearrangements.pad(sizes, List.of(0, 2, 1), List.of(0, 1, 3), mode, 2.5f), SHAPE),
          2,
          Numbers.PATTERNS);
    }
    trial.agrees(
        Nets.one(
            Rearrangements.pad(
                sizes,
                List.of(1, -1, -2),
                List.of(2, 3, 0),
                Rearrangements.PadMode.CONSTANT,
                Float.NEGATIVE_INFINITY),
            SHAPE),
        2,
        Numbers.PATTERNS);
    trial.agrees(Nets.one(any(trial.random(), SHAPE, -0f, 40), SHAPE), 2, Numbers.PATTERNS);
    // A result that is nothing but the fill.
    Rearrange.Axis nothing = Rearrange.Axis.of(Rearrange.Axis.OUTSIDE, Rearrange.Axis.OUTSIDE);
    trial.agrees(
        Nets.one(
            new Rearrange(
                Shape.of(2, 1, 7), List.of(nothing, Rearrange.Axis.steps(0, 1, 7)), Float.NaN),
            SHAPE),
        Numbers.PATTERNS);
  }

  private static void patterns(Trial trial) {
    // Between other moves, so that nothing but moves is on the way.
    trial.agrees(
        Nets.of(
            SHAPE,
            (b, x) -> {
              Operand turned =
                  b.add("turned", Rearrangements.transpose(List.of(4, 3, 17), 1, 0, 2), x);
              return b.add("back", Rearrangements.transpose(List.of(3, 4, 17), 1, 0, 2), turned);
            }),
        3,
        Numbers.PATTERNS);
  }

  private static void rearrangeShifted(Trial trial) {
    RandomGenerator random = trial.random();
    Rearrange turned = Rearrangements.transpose(List.of(4, 3, 17), 2, 1, 0);
    trial.agrees(Nets.one(turned, SHAPE, new ChannelShift(1)), 2, Numbers.PATTERNS);
    for (var border : List.of(RING, ZERO)) {
      trial.agrees(Nets.one(turned, SHAPE, Nets.anyShift(random, border, SHAPE)), Numbers.PATTERNS);
    }
    trial.agrees(
        Nets.one(Rearrangements.transpose(List.of(2, 51), 1, 0), SHAPE, new Window(1, 2)),
        2,
        Numbers.PATTERNS);
    // Its result is read through a ZERO shift: gaps stand between its planes.
    trial.agrees(
        Nets.of(
            SHAPE,
            (b, x) -> {
              Operand moved =
                  b.add("moved", Rearrangements.transpose(List.of(12, 17), 1, 0).into(SHAPE), x);
              return b.add(
                  "y",
                  Nets.pointwise(Numbers.INTEGERS, random, 4, 4, 2),
                  moved.then(Nets.anyShift(random, ZERO, SHAPE)));
            }),
        2,
        Numbers.INTEGERS);
  }

  private static void axisRefusals(Trial trial) {
    Rearrange.Axis axis = Rearrange.Axis.steps(0, 1, 5);
    trial.refuses(
        IllegalArgumentException.class,
        List.of("axes", "5", "6"),
        "axes of five elements for a result of six",
        () -> new Rearrange(Shape.of(2, 1, 3), List.of(axis), 0f));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("element 4", "4"),
        "axes that read behind the operand",
        () -> Nets.one(new Rearrange(Shape.of(5, 1, 1), List.of(axis), 0f), Shape.of(4, 1, 1)));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("offset", "-2"),
        "an offset below OUTSIDE",
        () -> Rearrange.Axis.of(0, -2));
  }

  // ---- resizes ----

  private static void resize(Trial trial) {
    for (Coordinates coordinates : Coordinates.values()) {
      for (Shape in : List.of(Shape.of(3, 5, 7), Shape.of(1, 1, 1), Shape.of(2, 4, 33))) {
        trial.agrees(Nets.one(Resize.bilinear(in, 9, 16, coordinates), in), 2, Numbers.REALS);
        trial.agrees(Nets.one(Resize.bilinear(in, 3, 2, coordinates), in), Numbers.REALS);
      }
    }
    trial.agrees(
        Nets.one(
            new Resize(
                Resize.Axis.of(
                    new int[] {4, 0, 2}, new int[] {1, 0, 3}, new float[] {0.25f, 0.5f, 0.9f}),
                Resize.Axis.of(new int[] {6, 1}, new int[] {0, 5}, new float[] {0.125f, 0.3f})),
            Shape.of(3, 5, 7)),
        2,
        Numbers.REALS);
  }

  private static void shares(Trial trial) {
    Shape in = Shape.of(2, 4, 18);
    Resize same = new Resize(Resize.Axis.same(4), Resize.Axis.same(18));
    trial.agrees(Nets.one(same, in), 2, Numbers.HOLES);
    // Every other place is that of an element.
    trial.agrees(
        Nets.one(Resize.bilinear(in, 7, 35, Coordinates.ALIGN_CORNERS), in), 2, Numbers.HOLES);
  }

  private static void resizeShifted(Trial trial) {
    Shape in = Shape.of(4, 5, 7);
    Resize larger = Resize.bilinear(in, 8, 11, Coordinates.HALF_PIXEL);
    trial.agrees(Nets.one(larger, in, new ChannelShift(1)), 2, Numbers.REALS);
    for (var border : List.of(RING, ZERO)) {
      trial.agrees(Nets.one(larger, in, Nets.anyShift(trial.random(), border, in)), Numbers.REALS);
    }
    trial.agrees(Nets.one(larger, in, new Window(1, 2)), 2, Numbers.REALS);
  }

  private static void resizeRefusals(Trial trial) {
    trial.refuses(
        IllegalArgumentException.class,
        List.of("columns", "7", "6"),
        "a resize that reads behind a row",
        () -> Nets.one(new Resize(Resize.Axis.same(5), Resize.Axis.same(8)), Shape.of(2, 5, 6)));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("fraction", "1.5"),
        "a share above one",
        () -> Resize.Axis.of(new int[] {0}, new int[] {1}, new float[] {1.5f}));
  }
}
