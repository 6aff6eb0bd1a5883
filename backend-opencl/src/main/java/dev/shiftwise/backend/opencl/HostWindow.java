package dev.shiftwise.backend.opencl;

import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.plan.Stretch;
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
    return stretch.inside(staging);
  }

  /** Returns an output as it stands in {@link #slab}. */
  Source inside(Source output) {
    return stretch.inside(output);
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
