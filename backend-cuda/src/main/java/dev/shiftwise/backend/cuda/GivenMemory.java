package dev.shiftwise.backend.cuda;

import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Memory that a session gives out, pinned: the only memory of a caller's that the device may copy
 * to and from by itself, since its closing waits for the run. Allocating is safe from any thread.
 */
final class GivenMemory {
  private final DeviceContext context;
  private final List<MemorySegment> all = new CopyOnWriteArrayList<>();

  GivenMemory(DeviceContext context) {
    this.context = context;
  }

  /** Returns memory of zeros that lives as long as the arena. */
  MemorySegment allocate(Arena arena, long bytes) {
    MemorySegment memory = PinnedMemory.allocate(context, arena, bytes);
    all.add(memory);
    return memory;
  }

  /** Returns the memory that a map stands in, from its start; null if it is not ours. */
  @Nullable MemorySegment find(FeatureMap map) {
    if (map.segment().isNative()) {
      for (MemorySegment memory : all) {
        if (memory.address() == map.segment().address()) {
          return memory;
        }
      }
    }
    return null;
  }
}
