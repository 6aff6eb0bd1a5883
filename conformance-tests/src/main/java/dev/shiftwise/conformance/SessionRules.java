package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** SPEC section 5: what a run reads and writes, and how it repeats. */
final class SessionRules {
  static final Shape SHAPE = Shape.of(6, 5, 7);

  private SessionRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("SESSION-01", "a run leaves its inputs unchanged", SessionRules::inputs),
        Rule.of("SESSION-02", "a run writes nothing but its outputs", SessionRules::canaries),
        Rule.of("SESSION-03", "a run writes every element of its outputs", SessionRules::poison),
        Rule.of("SESSION-04", "two runs give the same bits", SessionRules::repeats),
        Rule.of("SESSION-05", "any number of threads gives the same bits", SessionRules::threads),
        Rule.of("SESSION-06", "an image alone and in a batch agree", SessionRules::alone),
        Rule.of("SESSION-07", "any batch up to the compiled one", SessionRules::batches),
        Rule.of("SESSION-08", "heap, native and unaligned memory", SessionRules::memory),
        Rule.of("SESSION-09", "dense arrays as a shorthand", SessionRules::arrays),
        Rule.of("SESSION-10", "weights may go once compiled", SessionRules::weights));
  }

  /** Arithmetic, both borders, a joint and a reused slab: where a run has most to get wrong. */
  static Network network(Trial trial, Numbers numbers) {
    return Nets.of(
        SHAPE,
        (b, x) -> {
          Operand wide = b.add("wide", Nets.pointwise(numbers, trial.random(), 6, 12, 2), x);
          Operand ring =
              b.add(
                  "ring",
                  Nets.pointwise(numbers, trial.random(), 12, 6, 3).withActivation(Activation.RELU),
                  wide.channelShift(2).then(AddressShift.addressNet(RING, 12)),
                  x);
          Operand zero =
              b.add(
                  "zero",
                  Nets.pointwise(numbers, trial.random(), 6, 5, 1),
                  ring.then(AddressShift.shiftNet(ZERO, 6)));
          return b.add("joint", new Concat(), zero, x.window(1, 2));
        });
  }

  private static List<Network> networks(Trial trial, Numbers numbers) {
    return List.of(Nets.copy(SHAPE), network(trial, numbers));
  }

  // ---- what a run reads and writes ----

  private static void inputs(Trial trial) {
    forEachRun(trial, (network, inputs, buffers) -> buffers.checkInputs(trial));
  }

  private static void canaries(Trial trial) {
    forEachRun(trial, (network, inputs, buffers) -> buffers.checkCanaries(trial));
  }

  private static void poison(Trial trial) {
    forEachRun(
        trial,
        (network, inputs, buffers) -> {
          int[] found = buffers.output(Nets.OUTPUT);
          for (int i = 0; i < found.length; i++) {
            int at = i;
            trial.check(
                found[i] != Numbers.POISON,
                () -> "element " + at + " of the output stays unwritten");
          }
        });
  }

  @FunctionalInterface
  private interface AfterRun {
    void check(Network network, Map<String, int[]> inputs, Buffers buffers);
  }

  private static void forEachRun(Trial trial, AfterRun after) {
    for (Network network : networks(trial, Numbers.INTEGERS)) {
      for (int threads : new int[] {1, 2}) {
        for (int batch = 1; batch <= 3; batch++) {
          Map<String, int[]> inputs = trial.inputs(network, batch, Numbers.INTEGERS);
          CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(3).withThreads(threads);
          try (Compiled compiled = trial.compile(network, options);
              Buffers buffers = Buffers.of(network, inputs, batch)) {
            compiled.run(buffers.inputs(), buffers.outputs());
            after.check(network, inputs, buffers);
          }
        }
      }
    }
  }

  // ---- how it repeats ----

  private static void repeats(Trial trial) {
    for (Network network : networks(trial, Numbers.REALS)) {
      Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.REALS);
      Map<String, int[]> others = trial.inputs(network, 2, Numbers.PATTERNS);
      try (Compiled compiled = trial.compile(network, 2);
          Compiled twin = trial.compile(network, 2)) {
        int[] first = run(network, compiled, inputs, 2);
        for (int i = 0; i < 5; i++) {
          // What other images leave in the slab must not show.
          run(network, compiled, others, 2);
          sameBits(trial, first, run(network, compiled, inputs, 2), "run " + (2 * i + 2));
          sameBits(trial, first, run(network, compiled, inputs, 2), "run " + (2 * i + 3));
        }
        sameBits(trial, first, run(network, twin, inputs, 2), "another session");
      }
    }
  }

  private static void threads(Trial trial) {
    List<Network> networks =
        List.of(
            network(trial, Numbers.REALS),
            Nets.one(
                Nets.pointwise(Numbers.REALS, trial.random(), 40, 50, 2), Shape.of(40, 14, 14)));
    for (Network network : networks) {
      for (int batch : new int[] {1, 3, 4}) {
        Map<String, int[]> inputs = trial.inputs(network, batch, Numbers.REALS);
        int[] one = new int[0];
        for (int threads = 1; threads <= 3; threads++) {
          CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(4).withThreads(threads);
          try (Compiled compiled = trial.compile(network, options)) {
            int[] found = run(network, compiled, inputs, batch);
            if (threads == 1) {
              one = found;
            }
            sameBits(trial, one, found, threads + " threads");
          }
        }
      }
    }
  }

  private static void alone(Trial trial) {
    for (Network network : networks(trial, Numbers.REALS)) {
      int batch = 3;
      Map<String, int[]> inputs = trial.inputs(network, batch, Numbers.REALS);
      int[] input = inputs.values().iterator().next();
      try (Compiled compiled = trial.compile(network, batch)) {
        int[] together = run(network, compiled, inputs, batch);
        for (int image = 0; image < batch; image++) {
          int size = input.length / batch;
          int[] own = Arrays.copyOfRange(input, image * size, (image + 1) * size);
          int[] alone = run(network, compiled, Map.of(Nets.INPUT, own), 1);
          List<RealImage> wanted =
              ReferenceEvaluator.evaluate(network, Map.of(Nets.INPUT, own), 1)
                  .values()
                  .iterator()
                  .next();
          trial.compare(network, "image " + image + " alone", wanted, alone);
          trial.compare(
              network,
              "image " + image + " of " + batch,
              wanted,
              Arrays.copyOfRange(together, image * alone.length, (image + 1) * alone.length));
        }
      }
    }
  }

  static int[] run(Network network, Compiled compiled, Map<String, int[]> inputs, int batch) {
    try (Buffers buffers = Buffers.of(network, inputs, batch)) {
      compiled.run(buffers.inputs(), buffers.outputs());
      return buffers.output(Nets.OUTPUT);
    }
  }

  private static void sameBits(Trial trial, int[] wanted, int[] found, String what) {
    int at = Arrays.mismatch(wanted, found);
    trial.check(
        at < 0,
        () ->
            what
                + " gives 0x"
                + Integer.toHexString(found[at])
                + " in element "
                + at
                + ", wanted the same bits as the first, 0x"
                + Integer.toHexString(wanted[at]));
  }

  private static void batches(Trial trial) {
    for (Network network : networks(trial, Numbers.INTEGERS)) {
      try (Compiled compiled = trial.compile(network, 5)) {
        for (int batch : new int[] {5, 1, 3, 2, 4, 5}) {
          Map<String, int[]> inputs = trial.inputs(network, batch, Numbers.INTEGERS);
          try (Buffers buffers = Buffers.of(network, inputs, batch)) {
            compiled.run(buffers.inputs(), buffers.outputs());
            trial.compare(network, inputs, batch, buffers);
          }
        }
        Map<String, int[]> tooMany = trial.inputs(network, 6, Numbers.INTEGERS);
        trial.refuses(
            IllegalArgumentException.class,
            List.of("batch", "6", "5"),
            "a batch of 6 where 5 was compiled",
            () -> run(network, compiled, tooMany, 6));
      }
    }
  }

  // ---- memory of every kind ----

  private static void memory(Trial trial) {
    Network network = network(trial, Numbers.INTEGERS);
    Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.INTEGERS);
    int[] bits = inputs.values().iterator().next();
    List<RealImage> wanted =
        ReferenceEvaluator.evaluate(network, inputs, 2).values().iterator().next();
    Shape result = wanted.getFirst().shape();
    long outBytes = FeatureMap.byteSize(2, result);
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared();
        Compiled compiled = trial.compile(network, 2)) {
      Map<String, MemorySegment[]> kinds = new LinkedHashMap<>();
      kinds.put("confined", segments(confined.allocate(bits.length * 4L), outBytes, confined));
      kinds.put("shared", segments(shared.allocate(bits.length * 4L), outBytes, shared));
      kinds.put(
          "automatic",
          segments(Arena.ofAuto().allocate(bits.length * 4L), outBytes, Arena.ofAuto()));
      kinds.put(
          "unaligned",
          new MemorySegment[] {
            confined.allocate(bits.length * 4L + 1).asSlice(1),
            confined.allocate(outBytes + 3).asSlice(3)
          });
      kinds.put(
          "float[]",
          new MemorySegment[] {
            MemorySegment.ofArray(new float[bits.length]),
            MemorySegment.ofArray(new float[(int) (outBytes / 4)])
          });
      kinds.put(
          "byte[]",
          new MemorySegment[] {
            MemorySegment.ofArray(new byte[bits.length * 4]),
            MemorySegment.ofArray(new byte[(int) outBytes])
          });
      kinds.forEach(
          (kind, segments) -> {
            MemorySegment.copy(bits, 0, segments[0], Buffers.BITS, 0, bits.length);
            FeatureMap out = FeatureMap.of(segments[1], 2, result);
            compiled.run(FeatureMap.of(segments[0].asReadOnly(), 2, SHAPE), out);
            trial.compare(network, kind + " memory", wanted, out.segment().toArray(Buffers.BITS));
          });
      // What the session gives out itself.
      FeatureMap in = compiled.allocate(Nets.INPUT);
      FeatureMap out = compiled.allocate(Nets.OUTPUT);
      trial.check(
          in.batch() == 2 && in.shape().equals(SHAPE) && out.shape().equals(result),
          () -> "allocate gave " + in + " and " + out);
      MemorySegment.copy(bits, 0, in.segment(), Buffers.BITS, 0, bits.length);
      compiled.run(in, out);
      trial.compare(network, "session memory", wanted, out.segment().toArray(Buffers.BITS));
    }
  }

  private static MemorySegment[] segments(MemorySegment in, long outBytes, Arena arena) {
    return new MemorySegment[] {in, arena.allocate(outBytes)};
  }

  private static void arrays(Trial trial) {
    Network network = network(trial, Numbers.INTEGERS);
    for (int batch = 1; batch <= 2; batch++) {
      Map<String, int[]> inputs = trial.inputs(network, batch, Numbers.INTEGERS);
      List<RealImage> wanted =
          ReferenceEvaluator.evaluate(network, inputs, batch).values().iterator().next();
      int[] bits = inputs.values().iterator().next();
      float[] input = new float[bits.length];
      for (int i = 0; i < input.length; i++) {
        input[i] = Float.intBitsToFloat(bits[i]);
      }
      float[] output = new float[(int) (batch * wanted.getFirst().shape().elements())];
      try (Compiled compiled = trial.compile(network, 2)) {
        compiled.run(input, output);
        int[] found = new int[output.length];
        Arrays.setAll(found, i -> Float.floatToRawIntBits(output[i]));
        trial.compare(network, "array", wanted, found);
        trial.refuses(
            IllegalArgumentException.class,
            List.of("input", Integer.toString(input.length - 1)),
            "an array one element short",
            () -> compiled.run(new float[input.length - 1], output));
        trial.refuses(
            IllegalArgumentException.class,
            List.of("output", Integer.toString(output.length + 1)),
            "an output array one element long",
            () -> compiled.run(input, new float[output.length + 1]));
      }
    }
  }

  private static void weights(Trial trial) {
    int[] bits = Numbers.INTEGERS.bits(trial.random(), 6 * 6);
    Network reference = pointwise(MemorySegment.ofArray(bits));
    Map<String, int[]> inputs = trial.inputs(reference, 1, Numbers.INTEGERS);
    Compiled compiled;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = Buffers.copyOf(arena, bits);
      compiled = trial.compile(pointwise(memory), 1);
      memory.fill((byte) 0x7f);
    }
    try (compiled;
        Buffers buffers = Buffers.of(reference, inputs, 1)) {
      compiled.run(buffers.inputs(), buffers.outputs());
      trial.compare(reference, inputs, 1, buffers);
    }
  }

  private static Network pointwise(MemorySegment weights) {
    return Nets.one(
        PointwiseConvolution.of(Filter.of(new Tensor(weights, List.of(6L, 6L)))), SHAPE);
  }
}
