package dev.shiftwise.backend.opencl;

import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Staging;
import java.lang.foreign.MemorySegment;
import org.jocl.cl_command_queue;

/**
 * The stretch of the slab where one input or output stands, as the host sees it while it stages or
 * fetches. Each turn of the host is a pair of calls with the access to {@link #slab} between them.
 */
final class HostWindow {

  /** How the window's bytes get from the host to the device and back. */
  interface Crossing {
    /** Returns the host's memory for the window. */
    MemorySegment segment();

    /** Lets the host write the first images; nothing of what stood in them is needed. */
    void beginWrite(cl_command_queue queue, Stretch stretch, int images);

    /** Gives the device what was written, and nothing else, when the queue comes so far. */
    void endWrite(cl_command_queue queue, Stretch stretch, int images);

    /** Lets the host read the first bytes once the queue has finished. */
    void beginRead(cl_command_queue queue, long bytes);

    /** Gives the memory back to the device. */
    void endRead(cl_command_queue queue);
  }

  /**
   * A stretch of the slab, in elements.
   *
   * @param first the first element
   * @param image elements of one image, guards included
   * @param imagePitch from one image to the next
   */
  record Stretch(long first, long image, long imagePitch) {

    /** Where an input is staged, with the guards around it. */
    static Stretch of(Staging staging) {
      Placement at = staging.destination();
      long first = at.offset() - staging.guards().gap();
      long end = at.plane(at.shape().channels());
      for (Guards.RingCopy copy : staging.guards().ringCopies()) {
        first = Math.min(first, copy.to());
        end = Math.max(end, copy.to() + copy.count());
      }
      return new Stretch(first, end - first, at.imagePitch());
    }

    /** Where an output stands. */
    static Stretch of(Source output) {
      Placement at = output.placement();
      return new Stretch(
          at.offset(), at.plane(at.shape().channels()) - at.offset(), at.imagePitch());
    }

    /** Whether other values may stand between the images: parts of one concatenation do. */
    boolean hasGaps() {
      return image < imagePitch;
    }

    long bytes(int images) {
      return Math.multiplyExact((images - 1) * imagePitch + image, (long) Float.BYTES);
    }
  }

  private final Stretch stretch;
  private final Crossing crossing;
  private final HostSlab slab;

  HostWindow(Stretch stretch, Crossing crossing) {
    this.stretch = stretch;
    this.crossing = crossing;
    this.slab = new HostSlab(crossing.segment());
  }

  /** Returns the window as a slab that begins at the window's first element. */
  HostSlab slab() {
    return slab;
  }

  /** Returns a staging as it stands in {@link #slab}. */
  Staging inside(Staging staging) {
    Guards guards = staging.guards();
    return new Staging(
        staging.input(),
        inside(staging.destination()),
        new Guards(
            guards.ringCopies().stream()
                .map(
                    copy ->
                        new Guards.RingCopy(
                            copy.to() - stretch.first(),
                            copy.from() - stretch.first(),
                            copy.count()))
                .toList(),
            guards.deadBorders(),
            guards.gap()));
  }

  /** Returns an output as it stands in {@link #slab}. */
  Source inside(Source output) {
    return new Source(inside(output.placement()), output.map());
  }

  private Placement inside(Placement at) {
    return new Placement(
        at.offset() - stretch.first(), at.planePitch(), at.imagePitch(), at.shape());
  }

  void beginWrite(cl_command_queue queue, int images) {
    crossing.beginWrite(queue, stretch, images);
  }

  void endWrite(cl_command_queue queue, int images) {
    crossing.endWrite(queue, stretch, images);
  }

  void beginRead(cl_command_queue queue, int images) {
    crossing.beginRead(queue, stretch.bytes(images));
  }

  void endRead(cl_command_queue queue) {
    crossing.endRead(queue);
  }
}
