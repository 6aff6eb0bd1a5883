package dev.shiftwise.view;

/**
 * How one channel of a view reads the plane it starts from: the offset and the border of the normal
 * form (SPEC section 2).
 */
public sealed interface Read {

  /** The plane as it stands. */
  record Whole() implements Read {
    @Override
    public String toString() {
      return "whole";
    }
  }

  /**
   * The ring, that many elements further on than the plane's start.
   *
   * @param offset elements, not 0, less than a plane in magnitude
   */
  record Ring(long offset) implements Read {
    @Override
    public String toString() {
      return "ring" + (offset > 0 ? "+" : "") + offset;
    }
  }

  /**
   * The plane displaced, with +0 outside.
   *
   * @param by the displacement, not (0,0)
   */
  record Zero(Displacement by) implements Read {
    @Override
    public String toString() {
      return "zero" + by;
    }
  }

  /** The reading that moves nothing. */
  Read WHOLE = new Whole();

  /** Returns the reading of a displacement under a border. */
  static Read of(Border border, Displacement by, int width) {
    if (by.isZero()) {
      return WHOLE;
    }
    return switch (border) {
      case RING -> new Ring(by.offset(width));
      case ZERO -> new Zero(by);
    };
  }
}
