package dev.shiftwise.backend.opencl;

import dev.shiftwise.plan.Stretch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_mem;

/** A program's slab on the device, and how the host reaches the inputs and outputs in it. */
sealed interface Slab extends AutoCloseable {

  /** Allocates a slab: shared with the host where device and host have one memory. */
  static Slab allocate(DeviceContext context, long bytes) {
    return SharedMemory.isPossible(context.device().facts())
        ? Shared.allocate(context, bytes)
        : Separate.allocate(context, bytes);
  }

  /** Returns the whole slab. */
  cl_mem buffer();

  /** Returns a stretch of the slab for the host, for some images at most. */
  HostWindow window(Stretch stretch, int images);

  /** Returns whether host and device have one memory. */
  boolean isShared();

  @Override
  void close();

  /** The host writes into the slab itself. */
  record Shared(Arena arena, SharedMemory memory) implements Slab {

    static Shared allocate(DeviceContext context, long bytes) {
      Arena arena = Arena.ofShared();
      try {
        return new Shared(arena, SharedMemory.allocate(context, arena, bytes));
      } catch (RuntimeException e) {
        arena.close();
        throw e;
      }
    }

    @Override
    public cl_mem buffer() {
      return memory.buffer();
    }

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    public HostWindow window(Stretch stretch, int images) {
      long offset = stretch.first() * Float.BYTES;
      return new HostWindow(
          stretch,
          new InPlace(memory, memory.segment().asSlice(offset, stretch.bytes(images)), offset));
    }

    @Override
    public void close() {
      memory.close();
      arena.close();
    }
  }

  /** The device's memory is its own: the host has a copy of what it stages and fetches. */
  record Separate(Arena arena, cl_mem buffer) implements Slab {

    static Separate allocate(DeviceContext context, long bytes) {
      int[] status = new int[1];
      cl_mem buffer =
          CL.clCreateBuffer(context.handle(), CL.CL_MEM_READ_WRITE, bytes, null, status);
      MemoryReport.check(status[0], context.device(), bytes, "clCreateBuffer");
      return new Separate(Arena.ofShared(), buffer);
    }

    @Override
    public boolean isShared() {
      return false;
    }

    @Override
    public HostWindow window(Stretch stretch, int images) {
      MemorySegment copy = arena.allocate(stretch.bytes(images), Long.BYTES);
      return new HostWindow(stretch, new ByCopy(buffer, copy, stretch.first() * Float.BYTES));
    }

    @Override
    public void close() {
      CL.clReleaseMemObject(buffer);
      arena.close();
    }
  }

  /** A window that is the slab itself. */
  record InPlace(SharedMemory memory, MemorySegment segment, long offset)
      implements HostWindow.Crossing {

    @Override
    public void beginWrite(cl_command_queue queue, Stretch stretch, int images) {
      long use = stretch.hasGaps() ? CL.CL_MAP_WRITE : CL.CL_MAP_WRITE_INVALIDATE_REGION;
      memory.toHost(queue, use, offset, stretch.bytes(images));
      memory.await(queue);
    }

    @Override
    public void endWrite(cl_command_queue queue, Stretch stretch, int images) {
      memory.toDevice(queue);
    }

    @Override
    public void beginRead(cl_command_queue queue, long bytes) {
      memory.toHost(queue, CL.CL_MAP_READ, offset, bytes);
    }

    @Override
    public void endRead(cl_command_queue queue) {
      memory.toDevice(queue);
    }
  }

  /** A window that is copied to and from the slab, in memory whose closing we control. */
  record ByCopy(cl_mem buffer, MemorySegment segment, long offset) implements HostWindow.Crossing {
    /** Of one call; a Java buffer holds less than 2 GiB. */
    private static final long LONGEST = 1L << 30;

    /**
     * After a copy that does not block, JOCL waits for it on a thread of its own. Nothing is lost
     * by waiting here: the host stages before the first kernel and fetches after the last.
     */
    private static final boolean BLOCKING = true;

    @Override
    public void beginWrite(cl_command_queue queue, Stretch stretch, int images) {
      // The last run has read it: every run waits for its queue.
    }

    @Override
    public void endWrite(cl_command_queue queue, Stretch stretch, int images) {
      int pieces = stretch.hasGaps() ? images : 1;
      long bytes = stretch.bytes(images / pieces);
      for (int i = 0; i < pieces; i++) {
        write(queue, i * stretch.imagePitch() * Float.BYTES, bytes);
      }
    }

    private void write(cl_command_queue queue, long from, long bytes) {
      for (long done = 0; done < bytes; done += LONGEST) {
        long part = Math.min(LONGEST, bytes - done);
        long at = from + done;
        Cl.check(
            CL.clEnqueueWriteBuffer(
                queue, buffer, BLOCKING, offset + at, part, pointer(at, part), 0, null, null),
            "clEnqueueWriteBuffer");
      }
    }

    @Override
    public void beginRead(cl_command_queue queue, long bytes) {
      for (long done = 0; done < bytes; done += LONGEST) {
        long part = Math.min(LONGEST, bytes - done);
        Cl.check(
            CL.clEnqueueReadBuffer(
                queue, buffer, BLOCKING, offset + done, part, pointer(done, part), 0, null, null),
            "clEnqueueReadBuffer");
      }
    }

    @Override
    public void endRead(cl_command_queue queue) {
      // It stays with the host.
    }

    private Pointer pointer(long from, long bytes) {
      return Pointer.to(segment.asSlice(from, bytes).asByteBuffer());
    }
  }
}
