package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.backend.CompileOptions;
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
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import java.util.List;
import java.util.Map;

/** SPEC section 4: what operators make together. */
final class NetworkRules {
  private static final int PROGRAMS = 60;

  private NetworkRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("NET-01", "batch normalisation is folded in", NetworkRules::norms),
        Rule.of("NET-02", "AddressNet's module with stride 1", t -> module(t, 1)),
        Rule.of("NET-03", "AddressNet's module with stride 2", t -> module(t, 2)),
        Rule.of("NET-04", "the module with the shortcut shift", NetworkRules::enhanced),
        Rule.of("NET-05", "random programs", NetworkRules::programs),
        Rule.of("NET-06", "several inputs and outputs", NetworkRules::ports),
        Rule.of("NET-07", "a whole network within 1e-5", NetworkRules::whole),
        Rule.of("NET-08", "values outlive every reader", NetworkRules::lives),
        Rule.of("NET-09", "modules of the peers", NetworkRules::peers),
        Rule.of("NET-10", "no copy is left in AddressNet", NetworkRules::noCopies));
  }

  // ---- batch normalisation ----

  private static void norms(Trial trial) {
    for (int stride = 1; stride <= 2; stride++) {
      PointwiseConvolution plain = Nets.pointwise(Numbers.REALS, trial.random(), 8, 12, 4);
      trial.agrees(
          Nets.one(
              new PointwiseConvolution(normed(trial, plain.filter()), 4, stride, Activation.RELU),
              Shape.of(8, 7, 5)),
          2,
          Numbers.REALS);
      Convolution conv =
          Nets.convolution(Numbers.REALS, trial.random(), 3, 8, 1, Kernel2d.square(3, stride, 1));
      trial.agrees(
          Nets.one(
              new Convolution(normed(trial, conv.filter()), 1, conv.kernel(), Activation.NONE),
              Shape.of(3, 9, 9)),
          Numbers.REALS);
    }
    Filter dense = normed(trial, Nets.filter(Numbers.REALS, trial.random(), 9, 12));
    trial.agrees(Nets.one(new Dense(dense, Activation.NONE), Shape.of(3, 2, 2)), Numbers.REALS);
  }

  private static Filter normed(Trial trial, Filter filter) {
    return new Filter(filter.weight(), filter.bias(), Nets.norm(trial.random(), filter.outputs()));
  }

  // ---- modules ----

  /** Weights of {@code 1 / sqrt(n)}, which keep values in size from layer to layer. */
  private static PointwiseConvolution layer(
      Trial trial, int in, int out, int groups, Activation activation) {
    float[] weight = Numbers.REALS.floats(trial.random(), (long) out * in / groups);
    float scale = (float) Math.sqrt((double) groups / in);
    for (int i = 0; i < weight.length; i++) {
      weight[i] *= scale;
    }
    return new PointwiseConvolution(
        Filter.pointwise(weight, Numbers.REALS.floats(trial.random(), out)), groups, 1, activation);
  }

  private static Operand addressNetModule(
      Trial trial, NetworkBuilder b, String name, Operand x, int out, int expansion, int stride) {
    int in = x.shape().channels();
    int wide = in * expansion;
    Operand shifted =
        b.add(name + ".pw1", layer(trial, in, wide, 4, Activation.RELU), x)
            .channelShift(wide / 8)
            .then(AddressShift.addressNet(RING, wide));
    if (stride == 1) {
      return b.add(name + ".pw2", layer(trial, wide, in, 4, Activation.RELU), shifted, x);
    }
    Operand main =
        b.add(
            name + ".pw2", layer(trial, wide, out - in, 4, Activation.RELU).withStride(2), shifted);
    Operand shortcut = b.add(name + ".pool", new AveragePool(Kernel2d.square(2, 2, 0), true), x);
    return b.add(name, new Concat(), shortcut, main);
  }

  private static void module(Trial trial, int stride) {
    for (int side : new int[] {4, 7, 9}) {
      Network network =
          Nets.of(
              Shape.of(8, side, side),
              (b, x) -> addressNetModule(trial, b, "module", x, 16, 3, stride));
      trial.agrees(network, 2, Numbers.REALS);
    }
  }

  private static Network enhancedStage(Trial trial) {
    return Nets.of(
        Shape.of(16, 7, 7),
        (b, x) -> {
          Operand window = x;
          for (int i = 0; i < 3; i++) {
            Operand wide = b.add("pw1." + i, layer(trial, 16, 32, 4, Activation.RELU), window);
            Operand made =
                b.add(
                    "pw2." + i,
                    layer(trial, 32, 8, 4, Activation.RELU),
                    wide.channelShift(4).then(AddressShift.addressNet(RING, 32)));
            window = b.shortcutShift("joint." + i, window, made);
          }
          return b.add("pool", new GlobalAveragePool(), window);
        });
  }

  private static void enhanced(Trial trial) {
    trial.agrees(enhancedStage(trial), 3, Numbers.REALS);
  }

  // ---- whole networks ----

  private static Network tinyAddressNet(Trial trial) {
    return Nets.of(
        Shape.of(1, 14, 14),
        (b, input) -> {
          Operand x =
              b.add(
                  "stem",
                  Nets.convolution(
                      Numbers.REALS, trial.random(), 1, 8, 1, Kernel2d.square(3, 1, 1)),
                  input);
          x = addressNetModule(trial, b, "a", x, 16, 3, 2);
          x = addressNetModule(trial, b, "b", x, 16, 2, 1);
          x = addressNetModule(trial, b, "c", x, 32, 2, 2);
          x = addressNetModule(trial, b, "d", x, 32, 2, 1);
          x = b.add("pool", new GlobalAveragePool(), x);
          return b.add(
              "fc",
              new Dense(Nets.filter(Numbers.REALS, trial.random(), 10, 32), Activation.NONE),
              x);
        });
  }

  private static void whole(Trial trial) {
    for (Network network : List.of(tinyAddressNet(trial), enhancedStage(trial))) {
      Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.REALS);
      try (Compiled compiled = trial.compile(network, 2);
          Buffers buffers = Buffers.of(network, inputs, 2)) {
        compiled.run(buffers.inputs(), buffers.outputs());
        List<RealImage> wanted =
            ReferenceEvaluator.evaluate(network, inputs, 2).values().iterator().next();
        int[] found = buffers.output(Nets.OUTPUT);
        double largest = 0;
        double error = 0;
        for (int i = 0; i < found.length; i++) {
          int each = found.length / wanted.size();
          double reference = wanted.get(i / each).value(i % each);
          largest = Math.max(largest, Math.abs(reference));
          error = Math.max(error, Math.abs(Float.intBitsToFloat(found[i]) - reference));
        }
        double most = largest * 1e-5;
        double off = error;
        trial.check(off <= most, () -> "the largest error is " + off + ", wanted at most " + most);
      }
    }
  }

  private static void noCopies(Trial trial) {
    for (Network network : List.of(tinyAddressNet(trial), enhancedStage(trial))) {
      boolean readsShifted =
          trial
              .subject()
              .backend()
              .capabilities()
              .shiftReaders()
              .contains(PointwiseConvolution.class);
      try (Compiled compiled = trial.compile(network, 1)) {
        trial.check(
            !readsShifted || compiled.plan().copies().isEmpty(),
            () -> "copies are left: " + compiled.plan().copies());
      }
    }
  }

  // ---- graphs ----

  private static void ports(Trial trial) {
    Shape shape = Shape.of(4, 3, 5);
    NetworkBuilder b = Network.builder("ports");
    Operand a = b.input("a", shape);
    Operand c = b.input("c", shape);
    Operand unused = b.input("unused", Shape.of(1, 1, 1));
    Operand sum = b.add("sum", Arithmetic.add(), a, c);
    Operand moved = b.add("moved", new Copy(), sum.channelShift(1));
    b.output("sum", sum);
    b.output("moved", moved);
    b.output("turned", moved.then(Nets.anyShift(trial.random(), RING, shape)));
    b.output("again", sum);
    b.output("input", c.window(1, 2));
    b.output("nothing", unused);
    trial.agrees(b.build(), 2, Numbers.INTEGERS);
  }

  /** A value is read at once, late, and as an output, while the slab is reused around it. */
  private static void lives(Trial trial) {
    Shape shape = Shape.of(6, 5, 5);
    NetworkBuilder b = Network.builder("lives");
    Operand x = b.input("x", shape);
    Operand first = b.add("first", Nets.pointwise(Numbers.INTEGERS, trial.random(), 6, 6, 2), x);
    Operand chain = first;
    for (int i = 0; i < 5; i++) {
      chain = b.add("copy" + i, new Copy(), chain.then(Nets.anyShift(trial.random(), ZERO, shape)));
    }
    Operand last = b.add("last", Arithmetic.add(), chain, first);
    Operand later = b.add("later", Arithmetic.add(Activation.RELU), last, x);
    b.output("later", later);
    b.output("first", first);
    b.output("chain", chain);
    trial.agrees(b.build(), 3, Numbers.INTEGERS);
  }

  private static void peers(Trial trial) {
    Shape shape = Shape.of(12, 7, 7);
    Convolution depthwise =
        Nets.convolution(Numbers.INTEGERS, trial.random(), 12, 12, 12, Kernel2d.square(3, 1, 1));
    // ShuffleNet v1
    trial.agrees(
        Nets.of(
            shape,
            (b, x) -> {
              Operand squeezed =
                  b.add("pw1", Nets.pointwise(Numbers.INTEGERS, trial.random(), 12, 12, 4), x);
              Operand dealt = b.add("shuffle", new ChannelShuffle(4), squeezed);
              Operand wide = b.add("dw", depthwise, dealt);
              return b.add(
                  "pw2", Nets.pointwise(Numbers.INTEGERS, trial.random(), 12, 12, 4), wide, x);
            }),
        2,
        Numbers.INTEGERS);
    // MobileNet v2
    trial.agrees(
        Nets.of(
            shape,
            (b, x) ->
                b.add(
                    "project",
                    Nets.pointwise(Numbers.INTEGERS, trial.random(), 12, 12, 1),
                    b.add(
                        "dw",
                        new Convolution(
                            depthwise.filter(), 12, depthwise.kernel(), Activation.RELU6),
                        x),
                    x)),
        2,
        Numbers.INTEGERS);
    // ShiftNet
    trial.agrees(
        Nets.of(
            shape,
            (b, x) -> {
              Operand wide =
                  b.add("pw1", Nets.pointwise(Numbers.INTEGERS, trial.random(), 12, 24, 1), x);
              return b.add(
                  "pw2",
                  Nets.pointwise(Numbers.INTEGERS, trial.random(), 24, 12, 1),
                  wide.then(AddressShift.shiftNet(ZERO, 24)),
                  x);
            }),
        2,
        Numbers.INTEGERS);
  }

  // ---- random programs ----

  private static void programs(Trial trial) {
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = trial.random().nextLong();
      Network network = RandomProgram.of(seed);
      int batch = 1 + (int) Long.remainderUnsigned(seed, 3);
      trial.agrees(
          network,
          CompileOptions.DEFAULT.withMaxBatch(batch).withThreads(1),
          batch,
          Numbers.INTEGERS);
    }
  }
}
