package dev.shiftwise.backend.cuda;

import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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

  /** Returns whether all of a map stands in this memory. */
  boolean holds(FeatureMap map) {
    MemorySegment segment = map.segment();
    if (segment.isNative()) {
      for (MemorySegment memory : all) {
        long from = segment.address() - memory.address();
        if (from >= 0 && from <= memory.byteSize() - segment.byteSize()) {
          return true;
        }
      }
    }
    return false;
  }
}
