package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which values are a clipped straight line of another, {@code min(max(a * x + b, low),
 * high)}, however a graph spells it, so that a product with {@code x} is recognised as hard-swish;
 * and which are a straight line of an error function, for GELU.
 */
final class Gates {
  private static final double CLOSE = 1e-5;

  private final Map<Value, Line> lines = new HashMap<>();
  private final Map<Value, ErrorLine> errors = new HashMap<>();

  /** {@code factor * erf(inner * of) + offset}. */
  private record ErrorLine(Value of, double inner, double factor, double offset) {}

  /**
   * A product that is {@code scale * gelu(of)}.
   *
   * @param of what it is of
   * @param scale the factor
   */
  record ScaledGelu(Value of, double scale) {}

  /**
   * A clipped straight line.
   *
   * @param of the value it is of
   * @param factor {@code a}
   * @param offset {@code b}
   * @param low the least result
   * @param high the largest result
   */
  record Line(Value of, double factor, double offset, double low, double high) {

    /** Whether it is a multiple, without offset or bounds. */
    boolean isStraight() {
      return offset == 0 && low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY;
    }
  }

  private Line line(Value value) {
    Line line = lines.get(value);
    return line != null
        ? line
        : new Line(value, 1, 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  /** Notes that a value is {@code factor * from + offset}. */
  void scaled(Value value, Value from, double factor, double offset) {
    Line line = line(from);
    ErrorLine error = errors.get(from);
    if (error != null) {
      errors.put(
          value,
          new ErrorLine(
              error.of(),
              error.inner(),
              factor * error.factor(),
              factor * error.offset() + offset));
    }
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

  /** Notes that a value is the error function of another. */
  void error(Value value, Value from) {
    Line line = line(from);
    if (line.isStraight()) {
      errors.put(value, new ErrorLine(line.of(), line.factor(), 1, 0));
    }
  }

  /**
   * Returns what the product of the two is of GELU, or null if it is nothing of it.
   *
   * @param x one factor
   * @param gate the other factor
   */
  @Nullable ScaledGelu gelu(Value x, Value gate) {
    ErrorLine error = errors.get(gate);
    Line line = line(x);
    if (error == null
        || !line.isStraight()
        || !line.of().equals(error.of())
        || !isClose(error.inner() * Math.sqrt(2), 1, 1)
        || error.offset() == 0
        || !isClose(error.factor(), error.offset(), Math.abs(error.offset()))) {
      return null;
    }
    return new ScaledGelu(error.of(), 2 * error.offset() * line.factor());
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
