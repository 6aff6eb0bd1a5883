package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.network.Network;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.FeatureMap;
import dev.shiftwise.view.ViewStep;
import dev.shiftwise.view.Window;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** SPEC section 2: views. */
final class ViewRules {
  private static final Shape SHAPE = Shape.of(8, 4, 5);

  private ViewRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("VIEW-01", "a view is what its steps say, element by element", ViewRules::elements),
        Rule.of("VIEW-02", "any view may be given to a run as input", ViewRules::asInput),
        Rule.of(
            "VIEW-03", "views without a normal form arrive through a copy", ViewRules::composed),
        Rule.of("VIEW-04", "a window is a ring of its own", ViewRules::windows),
        Rule.of("VIEW-05", "an output may be a window of a larger map", ViewRules::outputWindow),
        Rule.of("VIEW-06", "a shifted view as output is refused", ViewRules::shiftedOutput));
  }

  /** Step lists of every kind: in normal form, composed, windows cut at a rotation's seam. */
  private static List<List<ViewStep>> views(Trial trial) {
    List<List<ViewStep>> views = new ArrayList<>();
    views.add(List.of(new ChannelShift(3)));
    views.add(List.of(new Window(2, 5)));
    views.add(List.of(new ChannelShift(5), new Window(1, 6)));
    views.add(List.of(new Window(1, 6), new ChannelShift(-2)));
    for (int i = 0; i < 3; i++) {
      AddressShift ring = Nets.anyShift(trial.random(), RING, SHAPE);
      AddressShift zero = Nets.anyShift(trial.random(), ZERO, SHAPE);
      views.add(List.of(new ChannelShift(i), ring));
      views.add(List.of(zero, new Window(i, 4)));
      views.add(List.of(ring, new ChannelShift(i + 1)));
      views.add(List.of(ring, zero));
      views.add(List.of(zero, ring));
      views.add(List.of(ring, Nets.anyShift(trial.random(), RING, SHAPE)));
      views.add(
          List.of(
              new ChannelShift(6),
              new Window(0, 4),
              Nets.anyShift(trial.random(), RING, SHAPE.withChannels(4))));
      views.add(
          List.of(
              AddressShift.uniform(RING, 8, new Displacement(i, -2)),
              new ChannelShift(i),
              AddressShift.uniform(RING, 8, new Displacement(-3, i))));
    }
    return views;
  }

  private static void elements(Trial trial) {
    int[] bits = Numbers.PATTERNS.bits(trial.random(), 2 * SHAPE.elements());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = Buffers.copyOf(arena, bits);
      for (List<ViewStep> steps : views(trial)) {
        FeatureMap view = view(FeatureMap.of(memory, 2, SHAPE), steps);
        trial.check(
            view.segment().address() == memory.address(), () -> steps + " moved to other memory");
        List<RealImage> wanted =
            RealImage.batch(bits, 2, SHAPE).stream()
                .map(image -> ReferenceEvaluator.view(image, steps))
                .toList();
        Shape shape = view.shape();
        int[] read = new int[Math.toIntExact(2 * shape.elements())];
        for (int i = 0; i < read.length; i++) {
          int j = Math.toIntExact(i % shape.elements());
          int plane = Math.toIntExact(shape.plane());
          read[i] =
              Float.floatToRawIntBits(
                  view.get(
                      Math.toIntExact(i / shape.elements()),
                      j / plane,
                      j % plane / shape.width(),
                      j % shape.width()));
        }
        trial.compare(Nets.copy(SHAPE), "view " + steps, wanted, read);
        // And as a backend copies it.
        trial.agrees(Nets.copy(SHAPE, steps.toArray(ViewStep[]::new)), 2, Numbers.PATTERNS);
      }
    }
  }

  private static FeatureMap view(FeatureMap map, List<ViewStep> steps) {
    FeatureMap view = map;
    for (ViewStep step : steps) {
      view = view.then(step);
    }
    return view;
  }

  private static void asInput(Trial trial) {
    int[] bits = Numbers.PATTERNS.bits(trial.random(), 2 * SHAPE.elements());
    for (List<ViewStep> steps : views(trial)) {
      try (Arena arena = Arena.ofConfined()) {
        FeatureMap map = FeatureMap.of(Buffers.copyOf(arena, bits), 2, SHAPE);
        FeatureMap view = view(map, steps);
        Network network = Nets.copy(view.shape(), new ChannelShift(1));
        List<RealImage> wanted =
            RealImage.batch(bits, 2, SHAPE).stream()
                .map(image -> ReferenceEvaluator.view(image, steps))
                .map(image -> ReferenceEvaluator.view(image, List.of(new ChannelShift(1))))
                .toList();
        try (Compiled compiled = trial.compile(network, 2)) {
          FeatureMap output = FeatureMap.allocate(arena, 2, view.shape());
          compiled.run(view, output);
          trial.compare(network, Nets.OUTPUT, wanted, output.segment().toArray(Buffers.BITS));
          trial.check(
              MemorySegment.ofArray(map.segment().toArray(Buffers.BITS))
                      .mismatch(MemorySegment.ofArray(bits))
                  < 0,
              () -> "the memory behind the view " + steps + " was changed");
        }
      }
    }
  }

  private static void composed(Trial trial) {
    for (int i = 0; i < 4; i++) {
      AddressShift ring = Nets.anyShift(trial.random(), RING, SHAPE);
      AddressShift zero = AddressShift.addressNet(ZERO, 8);
      Network network =
          Nets.one(Nets.pointwise(Numbers.INTEGERS, trial.random(), 8, 4, 2), SHAPE, zero, ring);
      trial.agrees(network, 2, Numbers.INTEGERS);
      try (Compiled compiled = trial.compile(network, 1)) {
        trial.check(
            !compiled.plan().copies().isEmpty(),
            () -> "the plan lists no copy for RING over ZERO: " + compiled.plan());
      }
    }
  }

  private static void windows(Trial trial) {
    Shape inner = SHAPE.withChannels(3);
    for (int first : new int[] {0, 2, 5}) {
      trial.agrees(Nets.copy(SHAPE, new Window(first, 3)), 2, Numbers.PATTERNS);
      AddressShift ring = Nets.anyShift(trial.random(), RING, inner);
      trial.agrees(
          Nets.copy(SHAPE, new Window(first, 3), new ChannelShift(2), ring), Numbers.PATTERNS);
      trial.agrees(
          Nets.one(
              Nets.pointwise(Numbers.INTEGERS, trial.random(), 3, 5, 1),
              SHAPE,
              new Window(first, 3),
              ring),
          Numbers.INTEGERS);
    }
  }

  private static void outputWindow(Trial trial) {
    Network network = Nets.copy(SHAPE, new ChannelShift(3));
    Shape outer = SHAPE.withChannels(11);
    for (int first : new int[] {0, 2, 3}) {
      Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.PATTERNS);
      try (Arena arena = Arena.ofConfined();
          Compiled compiled = trial.compile(network, 2);
          Buffers buffers = Buffers.of(network, inputs, 2)) {
        int[] before = Numbers.PATTERNS.bits(trial.random(), 2 * outer.elements());
        FeatureMap whole = FeatureMap.of(Buffers.copyOf(arena, before), 2, outer);
        compiled.run(buffers.inputs(), Map.of(Nets.OUTPUT, whole.window(first, 8)));
        int[] wanted = before.clone();
        Map<String, List<RealImage>> images = ReferenceEvaluator.evaluate(network, inputs, 2);
        for (int i = 0; i < 2 * SHAPE.elements(); i++) {
          int image = Math.toIntExact(i / SHAPE.elements());
          int j = Math.toIntExact(i % SHAPE.elements());
          int at = Math.toIntExact(image * outer.elements() + first * outer.plane() + j);
          wanted[at] = images.values().iterator().next().get(image).bits(j);
        }
        trial.compare(
            network,
            "window " + first,
            RealImage.batch(wanted, 2, outer),
            whole.segment().toArray(Buffers.BITS));
      }
    }
  }

  private static void shiftedOutput(Trial trial) {
    Network network = Nets.copy(SHAPE);
    Value input = network.inputs().getFirst();
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(network, 1)) {
      FeatureMap in = FeatureMap.allocate(arena, 1, input.shape());
      FeatureMap out = FeatureMap.allocate(arena, 1, SHAPE);
      for (FeatureMap view :
          List.of(
              out.channelShift(1),
              out.then(AddressShift.uniform(RING, 8, Displacement.LEFT)),
              out.then(AddressShift.addressNet(ZERO, 8)))) {
        trial.refuses(
            IllegalArgumentException.class,
            List.of(Nets.OUTPUT, "window"),
            "the output " + view,
            () -> compiled.run(in, view));
      }
    }
  }
}
