package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A rehearsal keeps to its memory: it writes nothing beside it, and what it reads there is zero.
 */
class RehearsalTest {
  private static final long BESIDE = 1 << 12;

  private final Random random = new Random(5);

  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1, 28, 28",
    "3, 2, 1, 1, 28, 28",
    "3, 2, 0, 1, 15, 9",
    "3, 3, 1, 1, 31, 31",
    "3, 1, 2, 2, 14, 14",
    "3, 2, 4, 4, 33, 20",
    "5, 1, 2, 1, 7, 7",
    "5, 2, 2, 1, 9, 112",
    "7, 1, 3, 1, 12, 40",
    "11, 4, 2, 1, 47, 47",
    "2, 2, 0, 1, 6, 6"
  })
  void windows(int size, int stride, int padding, int dilation, int height, int width) {
    for (int bits : Networks.WIDTHS) {
      for (boolean many : new boolean[] {false, true}) {
        Kernels kernels = Kernels.of(new VectorWidth(bits, many));
        Kernel2d kernel = Kernel2d.square(size, stride, padding).withDilation(dilation);
        Shape in = new Shape(1, height, width);
        Shape out = new MaxPool(kernel, false).outputShape(List.of(in));
        PaddedPlane padded = new PaddedPlane(kernel, in, out, kernels.width().lanes());
        PlaneLoader loader = new PlaneLoader(kernels, padded, 0f);
        assertTrue(loader.bytes() > 0);
        for (WindowShape.Kind kind : WindowShape.Kind.values()) {
          WindowTiles tiles = new WindowTiles(kernels, padded, out, kind, Clamp.NONE);
          assertTrue(tiles.partialBytes() >= 0);
        }
        check(kernels);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 7, 49", "16, 64, 784", "40, 70, 35", "9, 13, 100"})
  void convolutions(int inputs, int outputs, int pixels) {
    for (int bits : Networks.WIDTHS) {
      for (boolean many : new boolean[] {false, true}) {
        for (boolean residual : new boolean[] {false, true}) {
          for (int pitch : new int[] {0, 192}) {
            Kernels kernels = Kernels.of(new VectorWidth(bits, many));
            Filter filter = Networks.filter(random, outputs, inputs);
            PackedWeights weights =
                PackedWeights.of(
                    filter.foldedWeight(), filter.foldedBias(), 1, kernels.width().blockOutputs());
            PixelGrid grid = PixelGrid.of(pixels, kernels.width(), residual);
            Tiles tiles =
                new Tiles(
                    kernels.tiles(), kernels.width(), grid, weights, Clamp.NONE, residual, pitch);
            assertEquals(weights, tiles.weights());
            check(kernels);
          }
        }
      }
    }
  }

  private static void check(Kernels kernels) {
    assertFalse(kernels.tiles().rehearsals().isEmpty());
    for (Rehearsal rehearsal : kernels.tiles().rehearsals()) {
      try (Arena arena = Arena.ofConfined()) {
        long bytes = Math.ceilDiv(rehearsal.bytes(), 4L) * 4;
        MemorySegment memory = arena.allocate(bytes + 2 * BESIDE, 64);
        memory.fill((byte) 0xff); // NaN
        MemorySegment own = memory.asSlice(BESIDE, bytes);
        own.fill((byte) 0);
        rehearsal.run(2, own.address());
        MemorySegment zeros = arena.allocate(bytes);
        assertEquals(-1, own.mismatch(zeros), "zeros");
        for (long at = 0; at < BESIDE; at++) {
          assertEquals(-1, memory.get(ValueLayout.JAVA_BYTE, at));
          assertEquals(-1, memory.get(ValueLayout.JAVA_BYTE, BESIDE + bytes + at));
        }
      }
    }
  }
}
