package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.BackendException;

/** A function of CUDA's driver failed; the message has its status in words and what to do. */
final class CudaException extends BackendException {
  private static final long serialVersionUID = 1L;

  private final int result;

  CudaException(int result, String message, String remedy) {
    super(remedy.isEmpty() ? message : message + ": " + remedy);
    this.result = result;
  }

  /** Returns the status, a {@code CUresult}. */
  int result() {
    return result;
  }
}
