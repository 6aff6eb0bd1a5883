package dev.shiftwise.bench;

import dev.shiftwise.bench.BenchReport.CopySpeed;
import dev.shiftwise.bench.BenchReport.Limits;
import dev.shiftwise.bench.InterleavedTiming.Contender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Measures what one core can do at most: the yardsticks beside every other figure. */
final class ProcessorLimits {
  /** A quarter of usual caches of the first and second level, of the third, and beyond. */
  private static final long[] COPIED = {8L << 10, 128L << 10, 4L << 20, 128L << 20};

  private ProcessorLimits() {}

  /** Measures; each figure is that of the fastest round. */
  static Limits measure(InterleavedTiming timing) {
    List<CopySpeed> copies = new ArrayList<>();
    for (long bytes : COPIED) {
      copies.add(copy(timing, bytes));
    }
    try {
      return FmaPeak.measure(timing, copies);
    } catch (NoClassDefFoundError e) {
      // On the class path jdk.incubator.vector is there only if asked for.
      return new Limits(0, 0, copies);
    }
  }

  private static CopySpeed copy(InterleavedTiming timing, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(bytes, 64).fill((byte) 1);
      MemorySegment target = arena.allocate(bytes, 64);
      Samples samples =
          timing
              .measure(List.of(new Contender("copy", () -> target.copyFrom(source))))
              .samples()
              .getFirst();
      if (source.mismatch(target) >= 0) {
        throw new IllegalStateException("the copy differs from its source");
      }
      return new CopySpeed(bytes, bytes / samples.best());
    }
  }
}
