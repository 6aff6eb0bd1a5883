package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which values are a clipped straight line of another, {@code min(max(a * x + b, low),
 * high)}, however a graph spells it, so that a product with {@code x} is recognised as hard-swish.
 */
final class Gates {
  private static final double CLOSE = 1e-5;

  private final Map<Value, Line> lines = new HashMap<>();

  /**
   * A clipped straight line.
   *
   * @param of the value it is of
   * @param factor {@code a}
   * @param offset {@code b}
   * @param low the least result
   * @param high the largest result
   */
  record Line(Value of, double factor, double offset, double low, double high) {}

  private Line line(Value value) {
    Line line = lines.get(value);
    return line != null
        ? line
        : new Line(value, 1, 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** Notes that a value is {@code factor * from + offset}. */
  void scaled(Value value, Value from, double factor, double offset) {
    Line line = line(from);
    if (factor > 0) {
      lines.put(
          value,
          new Line(
              line.of(),
              factor * line.factor(),
              factor * line.offset() + offset,
              factor * line.low() + offset,
              factor * line.high() + offset));
    }
  }

  /** Notes that a value is {@code from} clipped. */
  void clipped(Value value, Value from, double low, double high) {
    Line line = line(from);
    lines.put(
        value,
        new Line(
            line.of(),
            line.factor(),
            line.offset(),
            Math.max(line.low(), low),
            Math.min(line.high(), high)));
  }

  /**
   * Returns {@code s} if the product of the two is {@code s * hardSwish(x)}, else null.
   *
   * @param x one factor
   * @param gate the other factor
   */
  @Nullable Double hardSwish(Value x, Value gate) {
    Line line = lines.get(gate);
    if (line == null || !line.of().equals(x)) {
      return null;
    }
    double scale = line.high();
    boolean matches =
        scale > 0
            && Double.isFinite(scale)
            && isClose(line.low(), 0, scale)
            && isClose(line.factor() * 6, scale, scale)
            && isClose(line.offset() * 2, scale, scale);
    return matches ? scale : null;
  }

  private static boolean isClose(double found, double wanted, double scale) {
    return Math.abs(found - wanted) <= CLOSE * scale;
  }
}
