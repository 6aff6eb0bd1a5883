package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Displacement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadCellsTest {
  private static final int GAP = 3;

  /** A displacement for each kind of border, one for a run of channels. */
  private static final List<Displacement> BY =
      List.of(
          new Displacement(0, 0),
          new Displacement(0, 1),
          new Displacement(0, -2),
          new Displacement(1, 0),
          new Displacement(-3, 0),
          new Displacement(2, -1),
          new Displacement(-1, 4));

  private static final int RUN = 3;

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void partsInAnyCutClearTheDeadCellsAndNothingElse(int bits) {
    Random random = new Random(bits);
    PlaneKernels kernels = Specialization.planeKernels(VectorWidth.ofBits(bits));
    for (int[] size : new int[][] {{4, 5}, {7, 7}, {8, 8}, {5, 23}, {19, 6}}) {
      Shape shape = new Shape(BY.size() * RUN, size[0], size[1]);
      Placement value = new Placement(GAP, shape.plane() + GAP, 0, shape);
      List<Guards.DeadBorder> borders =
          BY.stream()
              .filter(by -> by.dx() != 0 || by.dy() != 0)
              .map(by -> new Guards.DeadBorder(BY.indexOf(by) * RUN, RUN, by))
              .toList();
      DeadCells dead = new DeadCells(kernels, value, borders);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment slab = ones(arena, value.plane(shape.channels()));
        for (int from = 0; from < shape.channels(); ) {
          int to = Math.min(shape.channels(), from + 1 + random.nextInt(5));
          for (long pixel = 0; pixel < shape.plane(); ) {
            long end = pixel + 1 + random.nextInt(2 * shape.width());
            dead.clear(slab.address(), from, to, pixel, end < shape.plane() ? end : Long.MAX_VALUE);
            pixel = end;
          }
          from = to;
        }
        requireOnlyDeadCellsCleared(slab, value);
      }
    }
  }

  private static MemorySegment ones(Arena arena, long elements) {
    MemorySegment slab = arena.allocate(elements * Float.BYTES, 64);
    for (long i = 0; i < elements; i++) {
      slab.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1f);
    }
    return slab;
  }

  private static void requireOnlyDeadCellsCleared(MemorySegment slab, Placement value) {
    Shape shape = value.shape();
    for (long i = 0; i < slab.byteSize() / Float.BYTES; i++) {
      int c = (int) ((i - GAP) / value.planePitch());
      long pixel = (i - GAP) % value.planePitch();
      boolean inPlane = i >= GAP && pixel < shape.plane();
      boolean isDead = inPlane && isDead(BY.get(c / RUN), pixel, shape);
      String where = shape + ", element " + i + " of channel " + c;
      assertEquals(isDead ? 0f : 1f, slab.getAtIndex(ValueLayout.JAVA_FLOAT, i), where);
    }
  }

  /** Whether no reader at a displacement asks for a pixel: the place it would be seen at is not. */
  private static boolean isDead(Displacement by, long pixel, Shape shape) {
    long y = pixel / shape.width() - by.dy();
    long x = pixel % shape.width() - by.dx();
    return y < 0 || y >= shape.height() || x < 0 || x >= shape.width();
  }
}
