package dev.shiftwise.bench;

/** A backend computed something else than SPEC.md says, so nothing was timed. */
public final class WrongValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongValueException(String message) {
    super(message);
  }
}
