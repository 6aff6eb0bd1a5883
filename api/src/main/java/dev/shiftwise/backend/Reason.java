package dev.shiftwise.backend;

import org.jspecify.annotations.Nullable;

/**
 * One reason why a backend cannot be had, and what would change it.
 *
 * @param code the stable word
 * @param message what was found, one line
 * @param remedy what to do, one line
 * @param cause the underlying error, if there is one
 */
public record Reason(ReasonCode code, String message, String remedy, @Nullable Throwable cause) {

  /** Returns a reason without an underlying error. */
  public static Reason of(ReasonCode code, String message, String remedy) {
    return new Reason(code, message, remedy, null);
  }

  /** Prints {@code code: message (remedy)}. */
  @Override
  public String toString() {
    return code.word() + ": " + message + " (" + remedy + ")";
  }
}
