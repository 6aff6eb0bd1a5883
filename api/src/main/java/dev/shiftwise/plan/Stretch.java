package dev.shiftwise.plan;

/**
 * The stretch of a slab where one input or output stands, guards included, as a host sees it that
 * has memory of its own for it. In elements.
 *
 * @param first the first element
 * @param image elements of one image
 * @param imagePitch from one image to the next
 */
public record Stretch(long first, long image, long imagePitch) {

  /** Returns where an input is staged, with the guards around it. */
  public static Stretch of(Staging staging) {
    Placement at = staging.destination();
    long first = at.offset() - staging.guards().gap();
    long end = at.plane(at.shape().channels());
    for (Guards.RingCopy copy : staging.guards().ringCopies()) {
      first = Math.min(first, copy.to());
      end = Math.max(end, copy.to() + copy.count());
    }
    return new Stretch(first, end - first, at.imagePitch());
  }

  /** Returns where an output stands. */
  public static Stretch of(Source output) {
    Placement at = output.placement();
    return new Stretch(at.offset(), at.plane(at.shape().channels()) - at.offset(), at.imagePitch());
  }

  /** Returns whether other values may stand between the images: parts of one concatenation do. */
  public boolean hasGaps() {
    return image < imagePitch;
  }

  /** Returns the bytes from the first image's start to the last one's end. */
  public long bytes(int images) {
    return Math.multiplyExact((images - 1) * imagePitch + image, (long) Float.BYTES);
  }

  /** Returns a staging as it stands in a slab that begins at this stretch's first element. */
  public Staging inside(Staging staging) {
    Guards guards = staging.guards();
    return new Staging(
        staging.input(),
        inside(staging.destination()),
        new Guards(
            guards.ringCopies().stream()
                .map(
                    copy ->
                        new Guards.RingCopy(copy.to() - first, copy.from() - first, copy.count()))
                .toList(),
            guards.deadBorders(),
            guards.gap()));
  }

  /** Returns an output as it stands in a slab that begins at this stretch's first element. */
  public Source inside(Source output) {
    return new Source(inside(output.placement()), output.map());
  }

  private Placement inside(Placement at) {
    return new Placement(at.offset() - first, at.planePitch(), at.imagePitch(), at.shape());
  }
}
