package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** SPEC section 3: the operators around the fused one, as in ONNX where it has them. */
final class OperatorRules {
  private static final List<Kernel2d> KERNELS =
      List.of(
          Kernel2d.square(1, 1, 0),
          Kernel2d.square(3, 1, 1),
          Kernel2d.square(3, 2, 1),
          Kernel2d.square(2, 2, 0),
          Kernel2d.square(5, 1, 2),
          new Kernel2d(1, 3, 1, 1, 1, 1, 0, 1, 0, 1),
          new Kernel2d(3, 2, 2, 1, 1, 1, 1, 0, 0, 1),
          new Kernel2d(2, 3, 3, 2, 1, 1, 0, 2, 1, 0));

  private static final List<Shape> SHAPES =
      List.of(Shape.of(4, 5, 7), Shape.of(6, 8, 8), Shape.of(2, 7, 17), Shape.of(4, 14, 14));

  private OperatorRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("CONV-01", "kernel, stride and padding as ONNX's Conv", OperatorRules::kernels),
        Rule.of("CONV-02", "dilated kernels", OperatorRules::dilated),
        Rule.of("CONV-03", "groups, up to depthwise", OperatorRules::groups),
        Rule.of("CONV-04", "bias and activation, within the bound", OperatorRules::convBound),
        Rule.of("CONV-05", "the operand is read through its shifts", OperatorRules::convShifted),
        Rule.of("POOL-01", "average over the cells inside the map", OperatorRules::average),
        Rule.of("POOL-02", "padding never wins the maximum, NaN does", OperatorRules::maximum),
        Rule.of("POOL-03", "ceil mode keeps a last window that begins inside", OperatorRules::ceil),
        Rule.of("POOL-04", "the global average of a plane", OperatorRules::global),
        Rule.of("POOL-05", "a kernel that meets no cell is refused", OperatorRules::poolRefusals),
        Rule.of("DENSE-01", "the dense layer reads in ring order", OperatorRules::dense),
        Rule.of("DENSE-02", "the dense layer within the bound", OperatorRules::denseBound),
        Rule.of("SHUFFLE-01", "shuffle deals the groups out in turn", OperatorRules::shuffle),
        Rule.of("CONCAT-01", "operands one behind the other", OperatorRules::concat),
        Rule.of("CONCAT-02", "operands that are views, repeated or shared", OperatorRules::joints),
        Rule.of("SOFTMAX-01", "softmax over the channels of a pixel", OperatorRules::softmax),
        Rule.of("SOFTMAX-02", "softmax of large values", OperatorRules::softmaxLarge),
        Rule.of("COPY-01", "a copy is dense and bit for bit", OperatorRules::copy));
  }

  // ---- convolution ----

  private static void kernels(Trial trial) {
    for (Shape in : SHAPES) {
      for (Kernel2d kernel : KERNELS) {
        trial.agrees(convolution(trial, in, 5, 1, kernel), 2, Numbers.INTEGERS);
      }
    }
    trial.agrees(
        convolution(trial, Shape.of(3, 1, 1), 9, 1, Kernel2d.square(3, 1, 1)), Numbers.INTEGERS);
    trial.agrees(
        convolution(trial, Shape.of(1, 28, 28), 8, 1, Kernel2d.square(3, 1, 1)), Numbers.INTEGERS);
    trial.agrees(
        convolution(trial, Shape.of(3, 11, 9), 4, 1, Kernel2d.square(7, 4, 3)), Numbers.INTEGERS);
  }

  private static Network convolution(Trial trial, Shape in, int out, int groups, Kernel2d kernel) {
    return Nets.one(
        Nets.convolution(Numbers.INTEGERS, trial.random(), in.channels(), out, groups, kernel), in);
  }

  private static void dilated(Trial trial) {
    for (Shape in : SHAPES) {
      trial.agrees(
          convolution(trial, in, 3, 1, Kernel2d.square(3, 1, 2).withDilation(2)), Numbers.INTEGERS);
      trial.agrees(
          convolution(trial, in, 6, 2, new Kernel2d(2, 3, 2, 1, 3, 2, 1, 2, 2, 1)),
          2,
          Numbers.INTEGERS);
    }
  }

  private static void groups(Trial trial) {
    for (int[] c : new int[][] {{4, 6, 2}, {6, 6, 6}, {5, 5, 5}, {4, 12, 4}, {17, 17, 17}}) {
      Shape in = Shape.of(c[0], 6, 9);
      for (Kernel2d kernel : List.of(Kernel2d.square(3, 1, 1), Kernel2d.square(3, 2, 1))) {
        trial.agrees(convolution(trial, in, c[1], c[2], kernel), 2, Numbers.INTEGERS);
      }
    }
  }

  private static void convBound(Trial trial) {
    for (Activation activation : Nets.ACTIVATIONS) {
      Convolution plain =
          Nets.convolution(Numbers.REALS, trial.random(), 12, 10, 2, Kernel2d.square(3, 2, 1));
      Convolution operator =
          new Convolution(plain.filter(), plain.groups(), plain.kernel(), activation);
      trial.agrees(Nets.one(operator, Shape.of(12, 9, 7)), 2, Numbers.REALS);
    }
  }

  private static void convShifted(Trial trial) {
    Shape in = Shape.of(6, 6, 7);
    for (Kernel2d kernel : List.of(Kernel2d.square(3, 1, 1), Kernel2d.square(3, 2, 1))) {
      Convolution operator = Nets.convolution(Numbers.INTEGERS, trial.random(), 6, 4, 2, kernel);
      trial.agrees(
          Nets.one(operator, in, new ChannelShift(2), Nets.anyShift(trial.random(), RING, in)),
          2,
          Numbers.INTEGERS);
      trial.agrees(
          Nets.one(operator, in, Nets.anyShift(trial.random(), ZERO, in)), Numbers.INTEGERS);
      trial.agrees(
          Nets.one(
              Nets.convolution(Numbers.INTEGERS, trial.random(), 3, 4, 1, kernel),
              in,
              new Window(2, 3)),
          Numbers.INTEGERS);
    }
  }

  // ---- pools ----

  private static void average(Trial trial) {
    for (Shape in : SHAPES) {
      for (Kernel2d kernel : KERNELS) {
        trial.agrees(Nets.one(new AveragePool(kernel, false), in), 2, Numbers.INTEGERS);
      }
      trial.agrees(Nets.one(new AveragePool(Kernel2d.square(3, 2, 1), false), in), Numbers.REALS);
    }
  }

  private static void maximum(Trial trial) {
    for (Shape in : SHAPES) {
      for (Kernel2d kernel : KERNELS) {
        Network network = Nets.one(new MaxPool(kernel, false), in);
        trial.agrees(network, 2, Numbers.PATTERNS);
        // All negative: a zero from the padding would win.
        Map<String, int[]> inputs = trial.inputs(network, 1, Numbers.INTEGERS);
        inputs.values().forEach(OperatorRules::makeNegative);
        trial.agrees(network, CompileOptions.DEFAULT, 1, inputs);
      }
    }
  }

  private static void makeNegative(int[] bits) {
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(-1 - Math.abs(Float.intBitsToFloat(bits[i]))));
  }

  private static void ceil(Trial trial) {
    for (int side = 2; side <= 9; side++) {
      Shape in = Shape.of(3, side, 11 - side);
      for (Kernel2d kernel :
          List.of(
              Kernel2d.square(2, 2, 0),
              Kernel2d.square(2, 3, 0),
              Kernel2d.square(3, 2, 1),
              Kernel2d.square(2, 2, 1))) {
        if (in.height() >= kernel.height() && in.width() >= kernel.width()) {
          trial.agrees(Nets.one(new AveragePool(kernel, true), in), Numbers.INTEGERS);
          trial.agrees(Nets.one(new MaxPool(kernel, true), in), Numbers.PATTERNS);
        }
      }
    }
  }

  private static void global(Trial trial) {
    for (Shape in : List.of(Shape.of(1, 1, 1), Shape.of(5, 7, 7), Shape.of(9, 3, 17))) {
      trial.agrees(Nets.one(new GlobalAveragePool(), in), 2, Numbers.INTEGERS);
      trial.agrees(Nets.one(new GlobalAveragePool(), in), 2, Numbers.REALS);
      trial.agrees(Nets.one(new GlobalAveragePool(), in, new ChannelShift(1)), Numbers.INTEGERS);
    }
  }

  private static void poolRefusals(Trial trial) {
    Shape in = Shape.of(2, 5, 5);
    for (Operator pool :
        List.of(
            new AveragePool(Kernel2d.square(2, 1, 2), false),
            new MaxPool(Kernel2d.square(3, 1, 3), true))) {
      trial.refuses(
          IllegalArgumentException.class,
          List.of("padding"),
          pool.kind() + " with padding as large as its kernel",
          () -> Nets.one(pool, in));
    }
    trial.refuses(
        IllegalArgumentException.class,
        List.of("padding", "no cell"),
        "a dilated kernel that steps over the plane",
        () ->
            Nets.one(
                new AveragePool(Kernel2d.square(2, 1, 2).withDilation(3), false),
                Shape.of(2, 1, 1)));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("kernel", "6", "5"),
        "a pool larger than the plane",
        () -> Nets.one(new MaxPool(Kernel2d.square(6, 1, 0), false), in));
  }

  // ---- dense ----

  private static void dense(Trial trial) {
    for (Shape in :
        List.of(Shape.of(1, 1, 1), Shape.of(17, 1, 1), Shape.of(3, 2, 5), Shape.of(8, 7, 7))) {
      for (int out : new int[] {1, 10, 33}) {
        trial.agrees(Nets.one(dense(trial, Numbers.INTEGERS, in, out), in), 3, Numbers.INTEGERS);
      }
      trial.agrees(
          Nets.one(
              dense(trial, Numbers.INTEGERS, in, 4),
              in,
              new ChannelShift(1),
              Nets.anyShift(trial.random(), RING, in)),
          Numbers.INTEGERS);
    }
  }

  private static Dense dense(Trial trial, Numbers numbers, Shape in, int out) {
    return new Dense(Nets.filter(numbers, trial.random(), out, in.elements()), Activation.NONE);
  }

  private static void denseBound(Trial trial) {
    for (Shape in : List.of(Shape.of(64, 1, 1), Shape.of(16, 5, 5))) {
      trial.agrees(Nets.one(dense(trial, Numbers.REALS, in, 19), in), 2, Numbers.REALS);
      trial.agrees(
          Nets.one(new Dense(dense(trial, Numbers.REALS, in, 19).filter(), Activation.RELU), in),
          Numbers.REALS);
    }
  }

  // ---- moves and joints ----

  private static void shuffle(Trial trial) {
    for (int[] c : new int[][] {{6, 2}, {6, 3}, {12, 4}, {15, 5}, {7, 1}, {7, 7}}) {
      Shape in = Shape.of(c[0], 3, 5);
      trial.agrees(Nets.one(new ChannelShuffle(c[1]), in), 2, Numbers.PATTERNS);
      trial.agrees(Nets.one(new ChannelShuffle(c[1]), in, new ChannelShift(1)), Numbers.PATTERNS);
    }
    trial.refuses(
        IllegalArgumentException.class,
        List.of("channels", "7", "2"),
        "a shuffle of 7 channels in 2 groups",
        () -> Nets.one(new ChannelShuffle(2), Shape.of(7, 2, 2)));
  }

  private static void concat(Trial trial) {
    var b = Network.builder("conformance");
    var a = b.input("a", Shape.of(3, 4, 5));
    var c = b.input("c", Shape.of(1, 4, 5));
    var d = b.input("d", Shape.of(7, 4, 5));
    b.output("y", b.add("joint", new Concat(), a, c, d));
    trial.agrees(b.build(), 2, Numbers.PATTERNS);
    trial.refuses(
        IllegalArgumentException.class,
        List.of("input 1", "3x4x5"),
        "a concat of different planes",
        () -> {
          var other = Network.builder("other");
          other.add(
              "joint",
              new Concat(),
              other.input("a", Shape.of(3, 4, 4)),
              other.input("b", Shape.of(3, 4, 5)));
        });
  }

  private static void joints(Trial trial) {
    Shape in = Shape.of(6, 4, 5);
    // One value several times, its windows in another order, and shifted views of it.
    trial.agrees(
        Nets.of(in, (b, x) -> b.add("joint", new Concat(), x, x, x.window(3, 3), x.window(0, 3))),
        2,
        Numbers.PATTERNS);
    trial.agrees(
        Nets.of(
            in,
            (b, x) ->
                b.add(
                    "joint",
                    new Concat(),
                    x.channelShift(2),
                    x.then(Nets.anyShift(trial.random(), RING, in)),
                    x.then(Nets.anyShift(trial.random(), ZERO, in)))),
        2,
        Numbers.PATTERNS);
    // A joint of joints, read through a shift, with a part that is read on its own as well.
    trial.agrees(
        Nets.of(
            in,
            (b, x) -> {
              var left = b.add("left", new Copy(), x.channelShift(1));
              var inner = b.add("inner", new Concat(), left, x);
              var outer = b.add("outer", new Concat(), x.window(1, 2), inner, left.window(2, 3));
              var shape = outer.shape();
              return b.add(
                  "y",
                  new Concat(),
                  b.add(
                      "turned", new Copy(), outer.then(Nets.anyShift(trial.random(), RING, shape))),
                  outer);
            }),
        2,
        Numbers.PATTERNS);
  }

  // ---- softmax, copy ----

  private static void softmax(Trial trial) {
    for (Shape in : List.of(Shape.of(1, 1, 1), Shape.of(10, 1, 1), Shape.of(17, 3, 5))) {
      trial.agrees(Nets.one(new Softmax(), in), 2, Numbers.REALS);
      trial.agrees(Nets.one(new Softmax(), in, new ChannelShift(1)), Numbers.INTEGERS);
    }
  }

  private static void softmaxLarge(Trial trial) {
    Shape in = Shape.of(4, 1, 3);
    Network network = Nets.one(new Softmax(), in);
    float[] values = {1e30f, 88, -1e30f, 1e30f, 200, -1e30f, -1e30f, -500, -1e30f, 0, 89, -1e30f};
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    trial.agrees(network, CompileOptions.DEFAULT, 1, Map.of(Nets.INPUT, bits));
  }

  private static void copy(Trial trial) {
    for (Shape in : SHAPES) {
      trial.agrees(Nets.copy(in), 3, Numbers.PATTERNS);
      trial.agrees(Nets.copy(in, new Window(1, 1)), 2, Numbers.PATTERNS);
    }
  }
}
