package dev.shiftwise.view;

import dev.shiftwise.tensor.Shape;

/**
 * A window of channels: {@code out[c, p] = in[first + c, p]}. A window is a ring of its own (SPEC
 * section 1). Sliding a window over a stage's buffer is the shortcut shift, which replaces the
 * residual addition.
 *
 * @param first first channel of the window, at least 0
 * @param count channels of the window, at least 1
 */
public record Window(int first, int count) implements ViewStep {

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if {@code first} is below 0 or {@code count} below 1
   */
  public Window {
    if (first < 0 || count < 1) {
      throw new IllegalArgumentException(
          "window starts at channel "
              + first
              + " and has "
              + count
              + ", wanted a start of at least 0 and at least 1 channel");
    }
  }

  @Override
  public Shape applyTo(Shape shape) {
    if ((long) first + count > shape.channels()) {
      throw new IllegalArgumentException(
          "window ends at channel "
              + ((long) first + count)
              + ", wanted at most the map's channels, "
              + shape.channels());
    }
    return shape.withChannels(count);
  }

  @Override
  public String toString() {
    return "window(" + first + ", " + count + ")";
  }
}
