package dev.shiftwise.conformance;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SPEC section 5: what is refused before anything runs. */
final class RefusalRules {
  private static final Shape SHAPE = SessionRules.SHAPE;

  private RefusalRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("SESSION-11", "bindings that do not fit are refused", RefusalRules::misfits),
        Rule.of("SESSION-12", "memory that is too small is refused", RefusalRules::tooSmall),
        Rule.of("SESSION-13", "read-only outputs are refused", RefusalRules::readOnly),
        Rule.of("SESSION-14", "forbidden overlaps are refused", RefusalRules::overlaps),
        Rule.of("SESSION-15", "sizes that overflow are refused", RefusalRules::overflow));
  }

  private static void misfits(Trial trial) {
    Network network = Nets.copy(SHAPE);
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(network, 2)) {
      FeatureMap in = FeatureMap.allocate(arena, 1, SHAPE);
      FeatureMap out = FeatureMap.allocate(arena, 1, SHAPE);
      Map<String, FeatureMap> inputs = Map.of(Nets.INPUT, in);
      Map<String, FeatureMap> outputs = Map.of(Nets.OUTPUT, out);
      FeatureMap other = FeatureMap.allocate(arena, 1, Shape.of(6, 7, 5));
      FeatureMap two = FeatureMap.allocate(arena, 2, SHAPE);
      Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
      trial.refuses(
          wrong,
          List.of(Nets.INPUT, "6x7x5", "6x5x7"),
          "another shape",
          () -> compiled.run(other, out));
      trial.refuses(
          wrong,
          List.of(Nets.OUTPUT, "6x7x5"),
          "an output of another shape",
          () -> compiled.run(in, other));
      trial.refuses(
          wrong,
          List.of(Nets.OUTPUT, "batch", "2", "1"),
          "two batches",
          () -> compiled.run(in, two));
      trial.refuses(
          wrong,
          List.of("'z'", Nets.INPUT),
          "an unknown input",
          () -> compiled.run(Map.of("z", in), outputs));
      trial.refuses(
          wrong,
          List.of("'z'", Nets.OUTPUT),
          "an unknown output",
          () -> compiled.run(inputs, Map.of("z", out)));
      trial.refuses(
          wrong, List.of("input", Nets.INPUT), "no input", () -> compiled.run(Map.of(), outputs));
      trial.refuses(
          wrong, List.of("output", Nets.OUTPUT), "no output", () -> compiled.run(inputs, Map.of()));
      trial.refuses(
          wrong, List.of("'z'"), "memory for an unknown name", () -> compiled.allocate("z"));
      // A refusal leaves the session usable, and nothing of it behind.
      in.segment().fill((byte) 1);
      compiled.run(in, out);
      FeatureMap twos = FeatureMap.allocate(arena, 1, SHAPE);
      twos.segment().fill((byte) 2);
      trial.refuses(wrong, List.of(Nets.OUTPUT), "half a pair", () -> compiled.run(twos, other));
      compiled.run(in, out);
      trial.check(
          out.segment().mismatch(in.segment()) < 0,
          () -> "after a refused pair the last one runs with an input that was refused");
    }
  }

  private static void tooSmall(Trial trial) {
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(Nets.copy(SHAPE), 2)) {
      long bytes = FeatureMap.byteSize(2, SHAPE);
      MemorySegment small = arena.allocate(bytes - 1);
      FeatureMap whole = FeatureMap.allocate(arena, 2, SHAPE);
      List<String> words = List.of(Long.toString(bytes - 1), Long.toString(bytes));
      trial.refuses(
          IllegalArgumentException.class,
          words,
          "an input one byte short",
          () -> compiled.run(FeatureMap.of(small, 2, SHAPE), whole));
      trial.refuses(
          IllegalArgumentException.class,
          words,
          "an output one byte short",
          () -> compiled.run(whole, FeatureMap.of(small, 2, SHAPE)));
    }
  }

  private static void readOnly(Trial trial) {
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(Nets.copy(SHAPE), 1)) {
      FeatureMap in = FeatureMap.allocate(arena, 1, SHAPE);
      MemorySegment memory = arena.allocate(FeatureMap.byteSize(1, SHAPE));
      FeatureMap out = FeatureMap.of(memory.asReadOnly(), 1, SHAPE);
      trial.refuses(
          IllegalArgumentException.class,
          List.of(Nets.OUTPUT, "read-only"),
          "a read-only output",
          () -> compiled.run(in, out));
    }
  }

  private static void overlaps(Trial trial) {
    Network copy = Nets.copy(SHAPE);
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(copy, 2)) {
      FeatureMap map = FeatureMap.allocate(arena, 2, SHAPE.withChannels(13));
      List<String> words = List.of("output", Nets.OUTPUT, "overlaps", Nets.INPUT);
      for (int first : new int[] {0, 3, 5}) {
        trial.refuses(
            IllegalArgumentException.class,
            words,
            "an output over channels of the input",
            () -> compiled.run(map.window(0, 6), map.window(first, 6)));
      }
      // Windows of a batch interleave in the byte range and share no channel: allowed.
      compiled.run(map.window(0, 6), map.window(6, 6));
      compiled.run(map.window(7, 6), map.window(1, 6));
      MemorySegment memory = map.segment();
      trial.refuses(
          IllegalArgumentException.class,
          words,
          "an output over memory of the input, of another shape",
          () ->
              compiled.run(
                  FeatureMap.of(memory, 2, SHAPE), FeatureMap.of(memory.asSlice(40), 2, SHAPE)));
    }
    twoOutputs(trial);
    residualPlaces(trial);
  }

  private static void twoOutputs(Trial trial) {
    var b = Network.builder("two");
    Operand x = b.input(Nets.INPUT, SHAPE);
    b.output("a", b.add("left", new Copy(), x));
    b.output("b", x.channelShift(1));
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(b.build(), 1)) {
      FeatureMap in = FeatureMap.allocate(arena, 1, SHAPE);
      FeatureMap out = FeatureMap.allocate(arena, 1, SHAPE.withChannels(9));
      trial.refuses(
          IllegalArgumentException.class,
          List.of("'a'", "'b'", "overlaps"),
          "two outputs over each other",
          () ->
              compiled.run(
                  Map.of(Nets.INPUT, in), Map.of("a", out.window(0, 6), "b", out.window(3, 6))));
    }
  }

  /** The residual's place is the output's, or not at all; and then nothing else may read it. */
  private static void residualPlaces(Trial trial) {
    Network network =
        Nets.withResidual(Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 6, 1), SHAPE);
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(network, 1)) {
      FeatureMap map = FeatureMap.allocate(arena, 1, SHAPE.withChannels(9));
      FeatureMap in = FeatureMap.allocate(arena, 1, SHAPE);
      Map<String, FeatureMap> inputs = new HashMap<>();
      inputs.put(Nets.INPUT, in);
      inputs.put(Nets.RESIDUAL, map.window(0, 6));
      trial.refuses(
          IllegalArgumentException.class,
          List.of(Nets.OUTPUT, Nets.RESIDUAL, "overlaps"),
          "an output beside the residual's place",
          () -> compiled.run(inputs, Map.of(Nets.OUTPUT, map.window(2, 6))));
      inputs.put(Nets.INPUT, map.window(0, 6));
      trial.refuses(
          IllegalArgumentException.class,
          List.of(Nets.OUTPUT, Nets.INPUT, "overlaps"),
          "an output in place of the convolution's input",
          () -> compiled.run(inputs, Map.of(Nets.OUTPUT, map.window(0, 6))));
    }
  }

  private static void overflow(Trial trial) {
    trial.refuses(
        IllegalArgumentException.class,
        List.of("2147483647"),
        "a shape of 2^93 elements",
        () -> Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
    Shape large = Shape.of(16, 1 << 28, 1 << 28);
    trial.refuses(
        IllegalArgumentException.class,
        List.of("batch", "4"),
        "a batch whose bytes overflow a long",
        () -> FeatureMap.byteSize(4, large));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("slab", "batch"),
        "a slab whose size overflows",
        () -> trial.compile(Nets.copy(large), 1 << 30).close());
    trial.refuses(
        BackendException.class,
        List.of("memory", "bytes"),
        "a slab that no memory holds",
        () -> trial.compile(Nets.copy(Shape.of(16, 1 << 23, 1 << 23)), 1).close());
  }
}
