package dev.shiftwise.backend.cpuvector;

/**
 * Memory behind a slab for what lives no longer than its step, in bytes from the slab's start. All
 * steps use the same; every slab has one of its own.
 */
final class Workspace {
  /** A distance between planes that is a multiple of it would put all into the same cache lines. */
  private static final long LINE = 64;

  /** Kernels read and write whole vectors, of which the last may reach behind its plane. */
  private static final long BEHIND = 2L * VectorWidth.MOST_LANES * Float.BYTES;

  private final long offset;
  private long taken;
  private long most;

  /** Begins behind a slab of so many bytes. */
  Workspace(long slabBytes) {
    this.offset = roundUp(slabBytes);
  }

  private static long roundUp(long bytes) {
    return Math.ceilDiv(bytes, LINE) * LINE;
  }

  /** Gives back what the step before has taken. */
  void nextStep() {
    taken = 0;
  }

  /** Returns the bytes from one plane to the next: an odd number of cache lines. */
  static long pitch(long planeBytes) {
    return (Math.ceilDiv(planeBytes, LINE) | 1) * LINE;
  }

  /** Takes memory for the current step, and returns where it begins. */
  long take(long bytes) {
    long at = offset + taken;
    taken += roundUp(bytes);
    most = Math.max(most, taken);
    return at;
  }

  /** Returns the end of the slab with what any step has taken. */
  long end() {
    return offset + most + BEHIND;
  }
}
