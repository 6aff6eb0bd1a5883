package dev.shiftwise.backend.opencl;

import java.util.Arrays;

/**
 * Stretches of elements to be moved or set to zero, as {@code copy.cl} reads them: where a piece
 * goes, where it stands, and its length, negative for zeros. Stretches that continue each other are
 * joined, long ones are cut.
 */
final class Pieces {
  private static final int FIELDS = 3;

  private final int longest;
  private long[] table = new long[FIELDS * 16];
  private int end;
  private long elements;

  /**
   * Makes an empty list.
   *
   * @param longest elements of the longest piece
   */
  Pieces(int longest) {
    this.longest = longest;
  }

  /** Adds a stretch that is moved. */
  void move(long to, long from, long length) {
    add(to, from, length, 1);
  }

  /** Adds a stretch of zeros. */
  void zero(long to, long length) {
    add(to, 0, length, -1);
  }

  private void add(long to, long from, long length, int sign) {
    elements += length;
    long done = 0;
    if (end > 0) {
      long last = table[end - 1];
      long size = Math.abs(last);
      boolean continues =
          Long.signum(last) == sign
              && table[end - FIELDS] + size == to
              && (sign < 0 || table[end - FIELDS + 1] + size == from);
      if (continues) {
        done = Math.min(length, longest - size);
        table[end - 1] += sign * done;
      }
    }
    for (; done < length; done += longest) {
      if (end == table.length) {
        table = Arrays.copyOf(table, Math.multiplyExact(table.length, 2));
      }
      table[end] = to + done;
      table[end + 1] = sign < 0 ? 0 : from + done;
      table[end + 2] = sign * Math.min(longest, length - done);
      end += FIELDS;
    }
  }

  /** Returns the number of elements. */
  long elements() {
    return elements;
  }

  /** Returns the three numbers of each piece. */
  long[] table() {
    return Arrays.copyOf(table, end);
  }

  /**
   * Shares the pieces among work-groups: group {@code i} has the pieces from entry {@code i} to
   * entry {@code i + 1}.
   *
   * @param least elements of a group, except for the last one
   */
  int[] firsts(long least) {
    int[] firsts = new int[end / FIELDS + 1];
    int groups = 0;
    long share = 0;
    for (int piece = 0; piece < end / FIELDS; piece++) {
      if (share == 0 || share >= least) {
        firsts[groups++] = piece;
        share = 0;
      }
      share += Math.abs(table[piece * FIELDS + 2]);
    }
    firsts[groups++] = end / FIELDS;
    return Arrays.copyOf(firsts, groups);
  }
}
