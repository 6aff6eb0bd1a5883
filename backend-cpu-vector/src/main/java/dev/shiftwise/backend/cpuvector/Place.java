package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Placement;

/**
 * Where planes stand, in bytes from the slab's start.
 *
 * @param offset of channel 0
 * @param pitch from one channel to the next
 */
record Place(long offset, long pitch) {

  /** A distance between planes that is a multiple of it would put all into the same cache lines. */
  private static final long LINE = 64;

  /** Returns the bytes from one plane to the next: an odd number of cache lines. */
  static long pitch(long planeBytes) {
    return (Math.ceilDiv(planeBytes, LINE) | 1) * LINE;
  }

  static Place of(Placement placement) {
    return new Place(placement.offset() * Float.BYTES, placement.planePitch() * Float.BYTES);
  }

  /** Returns where a channel starts. */
  long plane(int channel) {
    return offset + channel * pitch;
  }
}
