package dev.shiftwise.plan;

import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Read;

/**
 * How far flat RING reads run out of the ring at its two ends, in elements.
 *
 * @param before elements in front of the ring's first plane
 * @param after elements behind its last
 */
record RingReach(long before, long after) {
  static final RingReach NONE = new RingReach(0, 0);

  static RingReach of(NormalMap map) {
    long plane = map.source().plane();
    long ring = map.ringChannels() * plane;
    long before = 0;
    long after = 0;
    for (NormalMap.Span span : map.spans()) {
      if (span.read() instanceof Read.Ring(long offset)) {
        long start = span.position() * plane + offset;
        before = Math.max(before, -start);
        after = Math.max(after, start + span.channels() * plane - ring);
      }
    }
    return new RingReach(before, after);
  }

  RingReach or(RingReach other) {
    return new RingReach(Math.max(before, other.before), Math.max(after, other.after));
  }

  boolean isZero() {
    return before == 0 && after == 0;
  }
}
