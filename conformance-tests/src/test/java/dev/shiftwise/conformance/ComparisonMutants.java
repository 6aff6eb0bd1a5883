package dev.shiftwise.conformance;

import static dev.shiftwise.conformance.OperatorMutants.computing;
import static dev.shiftwise.conformance.OperatorMutants.operator;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Arithmetic.Function;
import dev.shiftwise.network.Operator;
import dev.shiftwise.tensor.Shape;
import java.util.List;

/** Faults in comparisons and masks. */
final class ComparisonMutants {
  private ComparisonMutants() {}

  static List<Mutant> all() {
    return List.of(
        operator(
            "ARITH-06",
            "equal is less",
            one -> instead(one, Function.LESS, Function.LESS_OR_EQUAL)),
        operator(
            "ARITH-06", "equal is not", one -> instead(one, Function.LESS_OR_EQUAL, Function.LESS)),
        computing("ARITH-06", "what is not greater is less", ComparisonMutants::notGreater),
        computing("ARITH-06", "zeros of two signs differ", ComparisonMutants::sameBits),
        operator(
            "ARITH-07",
            "a mask is a product",
            one -> instead(one, Function.MASK, Function.MULTIPLY)),
        computing("ARITH-07", "the other zero is hidden", ComparisonMutants::plusZero));
  }

  private static Operator instead(Operator operator, Function asked, Function made) {
    return operator instanceof Arithmetic(Function function, Activation activation)
            && function == asked
        ? new Arithmetic(made, activation)
        : operator;
  }

  private static boolean is(Operator operator, Function function) {
    return operator instanceof Arithmetic op && op.function() == function;
  }

  private static RealImage sound(Operator operator, List<RealImage> in, Shape out) {
    return ReferenceOperators.apply(operator, in, out);
  }

  /** NaN is then less than everything. */
  private static RealImage notGreater(Operator operator, List<RealImage> in, Shape out) {
    if (!is(operator, Function.LESS)) {
      return sound(operator, in, out);
    }
    RealImage greaterOrEqual =
        sound(new Arithmetic(Function.LESS_OR_EQUAL, Activation.NONE), in.reversed(), out);
    return Bits.map(
        greaterOrEqual,
        bits ->
            Float.floatToRawIntBits(
                operator.activation().equals(Activation.NONE)
                    ? 1 - Float.intBitsToFloat(bits)
                    : 0.5f));
  }

  private static RealImage sameBits(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    RealImage a = in.getFirst();
    RealImage b = in.getLast();
    return is(operator, Function.EQUAL) && a.shape().equals(out) && b.shape().equals(out)
        ? Bits.indexed(result, (i, bits) -> a.bits(i) == b.bits(i) ? bits : 0)
        : result;
  }

  private static RealImage plusZero(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    return is(operator, Function.MASK)
        ? Bits.map(result, bits -> bits == 0x80000000 ? 0 : bits)
        : result;
  }
}
