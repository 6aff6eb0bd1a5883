package dev.shiftwise.bench;

import org.jspecify.annotations.Nullable;

/** A peer cannot run a network; the message says why, in one line. */
final class PeerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PeerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
