package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a view's stretches are cut for {@code copy.cu}. */
final class PiecesTest {

  private record Piece(long from, int channel, int pixel, int length) {}

  private static List<Piece> list(Pieces pieces) {
    List<Piece> list = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment table = pieces.table(arena);
      for (int i = 0; i < pieces.count(); i++) {
        MemorySegment piece = table.asSlice(i * Layouts.PIECE.byteSize(), Layouts.PIECE.byteSize());
        list.add(
            new Piece(
                piece.get(JAVA_LONG, 0),
                piece.get(JAVA_INT, 8),
                piece.get(JAVA_INT, 12),
                piece.get(JAVA_INT, 16)));
      }
    }
    return list;
  }

  @Test
  void noPieceLeavesItsPlane() {
    Pieces pieces = new Pieces(10);
    pieces.move(7, 100, 16);
    assertEquals(
        List.of(new Piece(100, 0, 7, 3), new Piece(103, 1, 0, 10), new Piece(113, 2, 0, 3)),
        list(pieces));
  }

  @Test
  void longStretchesAreCut() {
    Pieces pieces = new Pieces(1000);
    pieces.zero(500, 300);
    assertEquals(List.of(new Piece(-1, 0, 500, 256), new Piece(-1, 0, 756, 44)), list(pieces));
  }

  @Test
  void theFirstElementIsNoZero() {
    Pieces pieces = new Pieces(4);
    pieces.move(0, 0, 4);
    assertEquals(List.of(new Piece(0, 0, 0, 4)), list(pieces));
  }

  @Test
  void manyPiecesAreKept() {
    Pieces pieces = new Pieces(3);
    pieces.move(0, 5, 300);
    assertEquals(100, pieces.count());
    assertEquals(new Piece(5 + 99 * 3, 99, 0, 3), list(pieces).getLast());
  }

  @Test
  void smallPiecesHaveSmallTeams() {
    Pieces small = new Pieces(7);
    small.move(0, 0, 70);
    assertEquals(8, small.team());
    Pieces large = new Pieces(1 << 20);
    large.move(0, 0, 1 << 20);
    assertEquals(32, large.team());
  }
}
