package dev.shiftwise.backend;

/** A backend cannot be had, or a device failed. The message says which and what to do. */
public class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception with a one-line message. */
  public BackendException(String message) {
    super(message);
  }

  /** Makes an exception with a one-line message and its cause. */
  public BackendException(String message, Throwable cause) {
    super(message, cause);
  }
}
