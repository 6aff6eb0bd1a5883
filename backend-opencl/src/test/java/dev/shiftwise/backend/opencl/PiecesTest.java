package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How stretches to be moved are joined, cut and shared. */
final class PiecesTest {

  @Test
  void longStretchesAreCut() {
    Pieces pieces = new Pieces(4);
    pieces.move(100, 7, 10);
    assertArrayEquals(new long[] {100, 7, 4, 104, 11, 4, 108, 15, 2}, pieces.table());
    assertEquals(10, pieces.elements());
  }

  @Test
  void stretchesThatContinueEachOtherAreJoinedUpToTheLongest() {
    Pieces pieces = new Pieces(4);
    pieces.move(0, 50, 3);
    pieces.move(3, 53, 3);
    pieces.zero(6, 1);
    pieces.zero(7, 1);
    assertArrayEquals(new long[] {0, 50, 4, 4, 54, 2, 6, 0, -2}, pieces.table());
  }

  @Test
  void othersAreNot() {
    Pieces pieces = new Pieces(9);
    pieces.move(0, 50, 3);
    pieces.move(3, 54, 1);
    pieces.move(5, 55, 1);
    pieces.zero(6, 1);
    pieces.zero(8, 1);
    pieces.move(9, 1, 1);
    assertArrayEquals(
        new long[] {0, 50, 3, 3, 54, 1, 5, 55, 1, 6, 0, -1, 8, 0, -1, 9, 1, 1}, pieces.table());
  }

  @Test
  void groupsShareThemInOrder() {
    Pieces pieces = new Pieces(4);
    pieces.move(0, 50, 10);
    pieces.zero(10, 5);
    assertArrayEquals(new int[] {0, 2, 4, 5}, pieces.firsts(6));
    assertArrayEquals(new int[] {0, 5}, pieces.firsts(100));
  }
}
