package dev.shiftwise.backend.cpuvector;

import java.lang.foreign.MemorySegment;

/**
 * All of native memory as one segment, which kernels read and write at raw addresses.
 *
 * <p>Why not the slab's own segment: with real segments as parameters a tile of 24 accumulators
 * overflows C1's virtual registers in some launches and then stays in tier 2 for ever, and every
 * access costs C2 nodes that the tile needs itself. The price is that nothing stands between a
 * wrong address and a crash. So only memory that the program owns, and closes when no run is left,
 * is ever reached through it: the slab and the workers' scratch. Addresses are checked when a
 * program is loaded.
 */
final class NativeMemory {
  @SuppressWarnings("restricted")
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private NativeMemory() {}
}
