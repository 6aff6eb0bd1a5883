package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressMap;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Stretches to copy from one memory to another, listed once so that copying allocates nothing. All
 * in elements; a source of {@link AddressMap#NOWHERE} stands for zeros.
 */
final class Pieces {
  private static final int FIELDS = 3;

  private long[] list = new long[FIELDS];
  private int end;

  /** Adds a stretch. */
  void add(long to, long from, long length) {
    if (end == list.length) {
      list = Arrays.copyOf(list, list.length * 2);
    }
    list[end] = to;
    list[end + 1] = from;
    list[end + 2] = length;
    end += FIELDS;
  }

  /** Returns the number of stretches. */
  int count() {
    return end / FIELDS;
  }

  /** Returns the first element that a stretch writes. */
  long to(int piece) {
    return list[piece * FIELDS];
  }

  /** Returns the first element that a stretch reads. */
  long from(int piece) {
    return list[piece * FIELDS + 1];
  }

  /** Returns the length of a stretch. */
  long length(int piece) {
    return list[piece * FIELDS + 2];
  }

  /**
   * Copies all stretches by checked access.
   *
   * @param source read at {@code sourceShift} further on
   * @param target written at {@code targetShift} further on
   * @throws IllegalStateException if a segment has been closed
   * @throws WrongThreadException if it belongs to another thread
   */
  void copy(MemorySegment source, long sourceShift, MemorySegment target, long targetShift) {
    for (int i = 0; i < count(); i++) {
      long to = targetShift + to(i);
      if (from(i) == AddressMap.NOWHERE) {
        for (long j = to; j < to + length(i); j++) {
          target.set(Tensor.ELEMENT, j * Float.BYTES, 0f);
        }
      } else {
        MemorySegment.copy(
            source,
            (sourceShift + from(i)) * Float.BYTES,
            target,
            to * Float.BYTES,
            length(i) * Float.BYTES);
      }
    }
  }
}
