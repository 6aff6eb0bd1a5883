package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Stretches of a view to be moved or set to zero, as {@code copy.cu} reads them: none leaves its
 * plane, and none is longer than a few turns of a team.
 */
final class Pieces {
  private static final int LONGEST = 256;
  private static final int LARGE_TEAM = 32;
  private static final int SMALL_TEAM = 8;
  private static final int FIELDS = 3;
  private static final long ZERO = -1;

  private final long plane;
  private long[] fields = new long[FIELDS * 16];
  private int end;
  private long elements;

  /**
   * Makes an empty list.
   *
   * @param plane pixels of a plane
   */
  Pieces(long plane) {
    this.plane = plane;
  }

  /** Adds a stretch that is moved, both ends counted in elements from the map's start. */
  void move(long to, long from, long length) {
    add(to, from, length);
  }

  /** Adds a stretch of zeros. */
  void zero(long to, long length) {
    add(to, ZERO, length);
  }

  private void add(long to, long from, long length) {
    elements += length;
    for (long done = 0; done < length; ) {
      long at = to + done;
      long part = Math.min(Math.min(LONGEST, length - done), plane - at % plane);
      if (end == fields.length) {
        fields = Arrays.copyOf(fields, Math.multiplyExact(fields.length, 2));
      }
      fields[end] = at;
      fields[end + 1] = from == ZERO ? ZERO : from + done;
      fields[end + 2] = part;
      end += FIELDS;
      done += part;
    }
  }

  /** Returns the number of pieces. */
  int count() {
    return end / FIELDS;
  }

  /** Returns how many threads should move a piece together. */
  int team() {
    return elements / Math.max(1, count()) < LARGE_TEAM ? SMALL_TEAM : LARGE_TEAM;
  }

  /** Returns the pieces as the kernel's structs. */
  MemorySegment table(Arena arena) {
    long size = Layouts.PIECE.byteSize();
    MemorySegment table = arena.allocate(Layouts.PIECE, count());
    for (int i = 0; i < count(); i++) {
      long at = fields[i * FIELDS];
      table.set(JAVA_LONG, i * size, fields[i * FIELDS + 1]);
      table.set(JAVA_INT, i * size + Long.BYTES, (int) (at / plane));
      table.set(JAVA_INT, i * size + Long.BYTES + Integer.BYTES, (int) (at % plane));
      table.set(JAVA_INT, i * size + Long.BYTES + 2 * Integer.BYTES, (int) fields[i * FIELDS + 2]);
    }
    return table;
  }
}
