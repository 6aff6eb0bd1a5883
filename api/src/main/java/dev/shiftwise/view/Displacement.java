package dev.shiftwise.view;

/**
 * How far an address shift moves its reading point: output {@code (y, x)} reads input {@code (y +
 * dy, x + dx)} (SPEC section 1).
 *
 * <p>The names say which way the content moves, so {@code LEFT} reads one column to the right.
 *
 * @param dy rows, positive reads further down
 * @param dx columns, positive reads further right
 */
public record Displacement(int dy, int dx) {
  /** Content moves one column left: {@code (0, +1)}. */
  public static final Displacement LEFT = new Displacement(0, 1);

  /** Content moves one row up: {@code (+1, 0)}. */
  public static final Displacement UP = new Displacement(1, 0);

  /** Content moves one column right: {@code (0, -1)}. */
  public static final Displacement RIGHT = new Displacement(0, -1);

  /** Content moves one row down: {@code (-1, 0)}. */
  public static final Displacement DOWN = new Displacement(-1, 0);

  /** Content stays: {@code (0, 0)}. */
  public static final Displacement STAY = new Displacement(0, 0);

  /** Returns whether nothing moves. */
  public boolean isZero() {
    return dy == 0 && dx == 0;
  }

  /** Returns the offset on a ring whose rows have {@code width} elements. */
  public long offset(int width) {
    return (long) dy * width + dx;
  }

  /** Returns {@code (dy,dx)} with signs, for example {@code (+1,0)}. */
  @Override
  public String toString() {
    return "(" + signed(dy) + "," + signed(dx) + ")";
  }

  private static String signed(int value) {
    return value > 0 ? "+" + value : Integer.toString(value);
  }
}
