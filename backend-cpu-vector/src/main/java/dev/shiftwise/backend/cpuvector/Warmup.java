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
  /** Calls of a tile in a row. */
  private static final int CALLS = 8;

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
        cold.removeIf(rehearsal -> rehearsal.run(CALLS, address));
        // The JVM's compilers may have no other processor.
        LockSupport.parkNanos((System.nanoTime() - round) / 2);
      }
    }
  }
}
