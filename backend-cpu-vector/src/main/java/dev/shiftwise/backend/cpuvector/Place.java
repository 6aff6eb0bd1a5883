package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.plan.Placement;

/**
 * Where planes stand, in bytes from the slab's start.
 *
 * @param offset of channel 0
 * @param pitch from one channel to the next
 */
record Place(long offset, long pitch) {

  static Place of(Placement placement) {
    return new Place(placement.offset() * Float.BYTES, placement.planePitch() * Float.BYTES);
  }

  /** Returns where a channel starts. */
  long plane(int channel) {
    return offset + channel * pitch;
  }
}
