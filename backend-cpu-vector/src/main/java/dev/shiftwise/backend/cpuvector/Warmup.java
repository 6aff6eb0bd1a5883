package dev.shiftwise.backend.cpuvector;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls tiles until the JVM has compiled them. Before that a call of the Vector API takes a hundred
 * times as long; and a tile that gets hot in the middle of a long call is compiled twice, once to
 * go on in the middle of its loop, and once to be called.
 */
final class Warmup {
  /** A tile is compiled if a rehearsal takes less: some ten times what compiled code needs. */
  private static final long COMPILED_NANOS = 5_000;

  /** Calls of a tile in a row. */
  private static final int CALLS = 2;

  /** Then the network's runs must do the rest. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private Warmup() {}

  /** Rehearses those that nobody has rehearsed yet, by turns, so that the compiler has no rest. */
  static void of(Collection<Rehearsal> rehearsals) {
    List<Rehearsal> cold = new ArrayList<>(rehearsals.stream().filter(Rehearsal::claim).toList());
    long bytes = cold.stream().mapToLong(Rehearsal::bytes).max().orElse(0);
    long start = System.nanoTime();
    try (Arena arena = Arena.ofConfined()) {
      long address = HugePages.allocate(arena, bytes).address();
      while (!cold.isEmpty() && System.nanoTime() - start < PATIENCE_NANOS) {
        long round = System.nanoTime();
        cold.removeIf(rehearsal -> isCompiled(rehearsal, address));
        // The JVM's compilers may have no processor but this one.
        LockSupport.parkNanos(System.nanoTime() - round);
      }
    }
  }

  private static boolean isCompiled(Rehearsal rehearsal, long address) {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      rehearsal.call(address);
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return fastest < COMPILED_NANOS;
  }
}
