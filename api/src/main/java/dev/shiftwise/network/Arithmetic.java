package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * Two operands joined element by element, then the activation (SPEC section 3). Of each dimension
 * the two sizes are equal or one of them is 1; the one element then stands for all.
 *
 * <p>The sum of two operands of one shape is the residual connection that the shortcut shift
 * replaces; a product with an operand of {@code C x 1 x 1} scales channels.
 *
 * @param function what joins the first operand, on the left, with the second
 * @param activation applied last
 */
public record Arithmetic(Function function, Activation activation) implements Operator {

  /** What joins two numbers, in IEEE float32. */
  public enum Function {
    /** {@code a + b}. */
    ADD,
    /** {@code a - b}. */
    SUBTRACT,
    /** {@code a * b}. */
    MULTIPLY,
    /** {@code a / b}. */
    DIVIDE,
    /** 1 where {@code a < b}, else 0. */
    LESS,
    /** 1 where {@code a <= b}, else 0. */
    LESS_OR_EQUAL,
    /** 1 where {@code a == b}, else 0. */
    EQUAL,
    /**
     * {@code a} where {@code b} is not 0, else -0, which changes no sum: {@code mask(x, c) +
     * mask(y, 1 - c)} is {@code x} or {@code y}, bit for bit, whatever the other one is.
     */
    MASK;

    /** Returns whether it is a comparison or a mask: its result is exact. */
    public boolean isComparison() {
      return switch (this) {
        case ADD, SUBTRACT, MULTIPLY, DIVIDE -> false;
        case LESS, LESS_OR_EQUAL, EQUAL, MASK -> true;
      };
    }

    /** Returns the function's value, computed in double precision: the definition. */
    public double apply(double a, double b) {
      return switch (this) {
        case ADD -> a + b;
        case SUBTRACT -> a - b;
        case MULTIPLY -> a * b;
        case DIVIDE -> a / b;
        case LESS -> a < b ? 1 : 0;
        case LESS_OR_EQUAL -> a <= b ? 1 : 0;
        case EQUAL -> a == b ? 1 : 0;
        case MASK -> b == 0 ? -0.0 : a;
      };
    }
  }

  /** Returns the sum without activation. */
  public static Arithmetic add() {
    return add(Activation.NONE);
  }

  /** Returns the sum. */
  public static Arithmetic add(Activation activation) {
    return new Arithmetic(Function.ADD, activation);
  }

  /** Returns the product without activation. */
  public static Arithmetic multiply() {
    return new Arithmetic(Function.MULTIPLY, Activation.NONE);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Checks.requireInputs(inputs, 2, 2);
    Shape a = inputs.getFirst();
    Shape b = inputs.get(1);
    return new Shape(
        broadcast("channels", a.channels(), b.channels()),
        broadcast("height", a.height(), b.height()),
        broadcast("width", a.width(), b.width()));
  }

  private static int broadcast(String name, int a, int b) {
    if (a != b && a != 1 && b != 1) {
      throw new IllegalArgumentException(
          "input 1's " + name + " is " + b + ", wanted " + a + " as input 0 has, or 1");
    }
    return a == 1 ? b : a;
  }
}
