package dev.shiftwise.conformance;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Arithmetic.Function;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.Map;

/** SPEC section 3: comparisons of two maps, and what is chosen by them. */
final class ComparisonRules {
  /** Longer than a vector and no multiple of one. */
  private static final Shape SHAPE = Shape.of(2, 3, 19);

  private static final String CONDITION = "condition";

  private static final float[] SPECIAL = {
    0,
    -0f,
    1,
    -1,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    Float.MIN_NORMAL,
    1.0000001f
  };

  private ComparisonRules() {}

  /** Each special number beside each, and one of them beside many. */
  static void comparisons(Trial trial) {
    for (Function function : List.of(Function.LESS, Function.LESS_OR_EQUAL, Function.EQUAL)) {
      for (Activation activation : List.of(Activation.NONE, new Activation.Clip(0.25f, 0.5f))) {
        Arithmetic operator = new Arithmetic(function, activation);
        pair(trial, operator, SHAPE, special(SPECIAL.length));
      }
      broadcast(trial, function);
    }
  }

  private static void broadcast(Trial trial, Function function) {
    for (Shape other : List.of(Shape.of(2, 1, 1), Shape.of(1, 3, 1), Shape.of(1, 1, 19))) {
      for (int first = 0; first < SPECIAL.length; first += (int) other.elements()) {
        int[] bits = new int[(int) other.elements()];
        for (int i = 0; i < bits.length; i++) {
          bits[i] = Float.floatToRawIntBits(SPECIAL[(first + i) % SPECIAL.length]);
        }
        pair(trial, new Arithmetic(function, Activation.NONE), other, bits);
      }
    }
  }

  private static void pair(Trial trial, Arithmetic operator, Shape second, int[] bits) {
    NetworkBuilder b = Network.builder("conformance");
    Operand x = b.input(Nets.INPUT, SHAPE);
    Operand y = b.input(Nets.RESIDUAL, second);
    b.output(Nets.OUTPUT, b.add("node", operator, x, y));
    trial.agrees(
        b.build(), CompileOptions.DEFAULT, 1, Map.of(Nets.INPUT, special(1), Nets.RESIDUAL, bits));
  }

  /** The number at {@code i / each}, so that two of other lengths meet in every pair. */
  private static int[] special(int each) {
    int[] bits = new int[Math.toIntExact(SHAPE.elements())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(SPECIAL[i / each % SPECIAL.length]);
    }
    return bits;
  }

  static void masks(Trial trial) {
    Map<String, int[]> inputs =
        Map.of(
            Nets.INPUT,
            special(1),
            Nets.RESIDUAL,
            special(3),
            CONDITION,
            conditions(SPECIAL.length));
    NetworkBuilder b = Network.builder("conformance");
    Operand x = b.input(Nets.INPUT, SHAPE);
    Operand y = b.input(Nets.RESIDUAL, SHAPE);
    Operand condition = b.input(CONDITION, SHAPE);
    Operand zero = join(b, "zero", Function.SUBTRACT, condition, condition);
    Operand opposite = join(b, "opposite", Function.EQUAL, condition, zero);
    Operand chosen =
        join(
            b,
            "chosen",
            Function.ADD,
            join(b, "first", Function.MASK, x, condition),
            join(b, "second", Function.MASK, y, opposite));
    Operand one = join(b, "one", Function.EQUAL, condition, condition);
    b.output(Nets.OUTPUT, chosen);
    // Infinities of its sign show which zero it is.
    b.output("sign", join(b, "inverse", Function.DIVIDE, one, chosen));
    trial.agrees(b.build(), CompileOptions.DEFAULT, 1, inputs);

    // Everything that is not 0 counts, and NaN is not.
    pair(trial, new Arithmetic(Function.MASK, Activation.NONE), SHAPE, special(SPECIAL.length));
    broadcast(trial, Function.MASK);
  }

  private static int[] conditions(int each) {
    int[] bits = new int[Math.toIntExact(SHAPE.elements())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(i / each % 2);
    }
    return bits;
  }

  private static Operand join(
      NetworkBuilder b, String name, Function function, Operand x, Operand y) {
    return b.add(name, new Arithmetic(function, Activation.NONE), x, y);
  }
}
