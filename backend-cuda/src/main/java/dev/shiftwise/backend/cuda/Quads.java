package dev.shiftwise.backend.cuda;

import dev.shiftwise.plan.Placement;

/** The kernels' quads: four neighbouring pixels of a plane, the last of a plane maybe cut. */
final class Quads {
  /** Pixels of a quad. */
  static final int QUAD = 4;

  private Quads() {}

  /** Returns the quads of a plane in all images. */
  static long ofPlane(Placement map, int images) {
    return Math.ceilDiv(map.shape().plane(), QUAD) * images;
  }

  /** Returns the quads of all channels in all images. */
  static long of(Placement map, int images) {
    return ofPlane(map, images) * map.shape().channels();
  }
}
