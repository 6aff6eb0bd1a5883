package dev.shiftwise.plan;

import dev.shiftwise.tensor.Shape;

/**
 * Where a value stands in the slab. All sizes in elements.
 *
 * @param offset of image 0, channel 0, row 0, column 0
 * @param planePitch from one channel to the next, at least the plane
 * @param imagePitch from one image to the next; the slab's own business when it holds one image
 * @param shape the value's shape
 */
public record Placement(long offset, long planePitch, long imagePitch, Shape shape) {

  /** Returns where a channel of image 0 starts. */
  public long plane(int channel) {
    return offset + channel * planePitch;
  }

  /** Returns whether the channels stand without gaps, so that the image is one stretch. */
  public boolean isDense() {
    return planePitch == shape.plane();
  }
}
