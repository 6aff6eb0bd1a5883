package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Resources;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jocl.CL;
import org.jocl.cl_command_queue;
import org.jspecify.annotations.Nullable;

/**
 * Memory that a session gives out and that its kernels read and write in place: the only memory of
 * a caller's that a device may touch, since its closing waits for the run. It is the host's between
 * runs and the device's during one. Allocating is safe from any thread.
 */
final class GivenMemory {
  private static final long ALL_USES = CL.CL_MAP_READ | CL.CL_MAP_WRITE;

  private final DeviceContext context;
  private final List<SharedMemory> all = new CopyOnWriteArrayList<>();
  private boolean closed;

  GivenMemory(DeviceContext context) {
    this.context = context;
  }

  /** Returns memory that lives as long as the arena. */
  synchronized MemorySegment allocate(Arena arena, long bytes, cl_command_queue queue) {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    SharedMemory memory = SharedMemory.allocate(context, arena, bytes);
    all.add(memory);
    memory.toHost(queue, ALL_USES, 0, bytes);
    memory.await(queue);
    memory.segment().fill((byte) 0);
    return memory.segment();
  }

  /** Returns the memory that a map stands in, from its start; null if it is not ours. */
  @Nullable SharedMemory find(FeatureMap map) {
    if (map.segment().isNative()) {
      for (SharedMemory memory : all) {
        if (memory.segment().address() == map.segment().address()) {
          return memory;
        }
      }
    }
    return null;
  }

  /** Hands memory back to the host when the queue comes so far. */
  static void toHost(SharedMemory memory, cl_command_queue queue) {
    memory.toHost(queue, ALL_USES, 0, memory.segment().byteSize());
  }

  /** Releases the device's side when the queue comes so far; the arena frees the memory. */
  synchronized void close(cl_command_queue queue) {
    closed = true;
    Resources resources = new Resources();
    for (SharedMemory memory : all) {
      // A buffer is not to be released while it is mapped.
      resources.add(memory::close);
      resources.add(() -> memory.toDevice(queue));
    }
    all.clear();
    resources.close();
  }
}
