package dev.shiftwise.backend.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_mem;

/**
 * Memory that host and device share, so that nothing is copied between them. On a device with
 * fine-grained shared virtual memory the two take turns by the queue alone; on others each turn is
 * a map or unmap, which moves nothing where the memory is one.
 *
 * <p>The host's segment belongs to an arena. Close this before the arena, with the queue idle.
 */
final class SharedMemory implements AutoCloseable {
  /** A page: what drivers ask of memory that they are to use in place. */
  private static final int ALIGNMENT = 4096;

  /** Of one map call; a Java buffer holds less than 2 GiB. */
  private static final long LONGEST_MAP = 1L << 30;

  private final MemorySegment segment;
  private final cl_mem buffer;
  private final boolean fineGrain;
  private final List<ByteBuffer> mapped = new ArrayList<>();

  private SharedMemory(MemorySegment segment, cl_mem buffer, boolean fineGrain) {
    this.segment = segment;
    this.buffer = buffer;
    this.fineGrain = fineGrain;
  }

  static boolean isPossible(ClDevice.Facts facts) {
    // A card may have fine-grained memory too: the host's, on the other side of a slow bus.
    return facts.unifiedMemory();
  }

  /** Allocates; the segment lives as long as the arena. */
  static SharedMemory allocate(DeviceContext context, Arena arena, long bytes) {
    // JOCL makes a Java buffer of what it allocates, which holds less than 2 GiB.
    return context.device().facts().fineGrainSvm() && bytes <= Integer.MAX_VALUE
        ? fineGrain(context, arena, bytes)
        : hostMemory(context, arena, bytes);
  }

  private static SharedMemory fineGrain(DeviceContext context, Arena arena, long bytes) {
    Pointer pointer =
        CL.clSVMAlloc(
            context.handle(), CL.CL_MEM_READ_WRITE | CL.CL_MEM_SVM_FINE_GRAIN_BUFFER, bytes, 0);
    if (pointer == null || pointer.getNativePointer() == 0) {
      throw MemoryReport.exhausted(context.device(), bytes, "clSVMAlloc");
    }
    // The memory outlives the program that uses it, up to the arena's end: so does the context.
    Cl.check(CL.clRetainContext(context.handle()), "clRetainContext");
    MemorySegment segment;
    try {
      segment = view(pointer.getNativePointer(), bytes, arena, () -> free(context, pointer));
    } catch (IllegalStateException e) {
      // The arena has been closed meanwhile.
      free(context, pointer);
      throw e;
    }
    return new SharedMemory(segment, buffer(context, pointer, bytes), true);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment view(long address, long bytes, Arena arena, Runnable free) {
    return MemorySegment.ofAddress(address).reinterpret(bytes, arena, _ -> free.run());
  }

  private static void free(DeviceContext context, Pointer pointer) {
    CL.clSVMFree(context.handle(), pointer);
    CL.clReleaseContext(context.handle());
  }

  private static SharedMemory hostMemory(DeviceContext context, Arena arena, long bytes) {
    // Whole pages, so that the driver shares none of them with anybody else.
    long pages = Math.ceilDiv(bytes, ALIGNMENT) * (long) ALIGNMENT;
    MemorySegment segment;
    try {
      segment = arena.allocate(pages, ALIGNMENT);
    } catch (OutOfMemoryError e) {
      throw MemoryReport.exhausted(context.device(), bytes, "native memory");
    }
    Pointer pointer = Pointer.to(start(segment));
    return new SharedMemory(segment.asSlice(0, bytes), buffer(context, pointer, pages), false);
  }

  /** The buffer's length is of no matter: JOCL asks it for its address only. */
  private static ByteBuffer start(MemorySegment segment) {
    return segment.asSlice(0, Math.min(segment.byteSize(), ALIGNMENT)).asByteBuffer();
  }

  private static cl_mem buffer(DeviceContext context, Pointer host, long bytes) {
    int[] status = new int[1];
    cl_mem buffer =
        CL.clCreateBuffer(
            context.handle(), CL.CL_MEM_READ_WRITE | CL.CL_MEM_USE_HOST_PTR, bytes, host, status);
    MemoryReport.check(status[0], context.device(), bytes, "clCreateBuffer");
    return buffer;
  }

  /** Returns the device's name for it. */
  cl_mem buffer() {
    return buffer;
  }

  /** Returns the host's view of it. */
  MemorySegment segment() {
    return segment;
  }

  /** Makes a stretch the host's once the queue has come so far. */
  void toHost(cl_command_queue queue, long flags, long offset, long bytes) {
    if (fineGrain) {
      return;
    }
    for (long done = 0; done < bytes; done += LONGEST_MAP) {
      int[] status = new int[1];
      ByteBuffer part =
          CL.clEnqueueMapBuffer(
              queue,
              buffer,
              false,
              flags,
              offset + done,
              Math.min(LONGEST_MAP, bytes - done),
              0,
              null,
              null,
              status);
      Cl.check(status[0], "clEnqueueMapBuffer");
      mapped.add(part);
    }
  }

  /** Waits until what {@link #toHost} asked for is the host's. */
  void await(cl_command_queue queue) {
    if (!mapped.isEmpty()) {
      Cl.check(CL.clFinish(queue), "clFinish");
    }
  }

  /** Makes what was the host's the device's again. */
  void toDevice(cl_command_queue queue) {
    while (!mapped.isEmpty()) {
      Cl.check(
          CL.clEnqueueUnmapMemObject(queue, buffer, mapped.removeLast(), 0, null, null),
          "clEnqueueUnmapMemObject");
    }
  }

  @Override
  public void close() {
    CL.clReleaseMemObject(buffer);
  }
}
