package dev.shiftwise.cli;

/** A command could not do what it was asked for; the message is one line for the user. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message);
  }
}
