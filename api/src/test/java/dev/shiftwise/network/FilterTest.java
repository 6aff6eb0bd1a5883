package dev.shiftwise.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterTest {
  private static final Tensor WEIGHT = Tensor.of(new float[] {1, 2, 3, -4}, 2, 2);

  @Test
  void batchNormalisationIsFoldedInDoublePrecisionAndRoundedOnce() {
    BatchNorm norm =
        new BatchNorm(
            Tensor.of(new float[] {0.1f, 3}, 2),
            Tensor.of(new float[] {1, -1}, 2),
            Tensor.of(new float[] {0.5f, 0.25f}, 2),
            Tensor.of(new float[] {0.3f, 4}, 2),
            1e-5);
    Filter filter = new Filter(WEIGHT, Tensor.of(new float[] {7, 8}, 2), norm);
    double first = 0.1f / Math.sqrt(0.3f + 1e-5);
    double second = 3 / Math.sqrt(4 + 1e-5);
    assertArrayEquals(
        new float[] {
          (float) first, (float) (2 * first), (float) (3 * second), (float) (-4 * second)
        },
        filter.foldedWeight());
    assertArrayEquals(
        new float[] {(float) ((7 - 0.5) * first + 1), (float) ((8 - 0.25) * second - 1)},
        filter.foldedBias());
    assertEquals(4 + 2 + 4, filter.parameters());
  }

  @Test
  void withoutBiasAndNormThereAreZeros() {
    assertArrayEquals(new float[2], Filter.of(WEIGHT).foldedBias());
    assertArrayEquals(new float[] {1, 2, 3, -4}, Filter.of(WEIGHT).foldedWeight());
  }

  @Test
  void weightsAreViewsAtAnyAlignmentUntilTheyAreFolded() {
    Filter filter;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment odd = arena.allocate(17).asSlice(1);
      odd.set(Tensor.ELEMENT, 4, 5f);
      filter = Filter.of(new Tensor(odd, List.of(2L, 2L)));
      assertArrayEquals(new float[] {0, 5, 0, 0}, filter.foldedWeight());
      odd.set(Tensor.ELEMENT, 0, 6f);
      assertEquals(6f, filter.weight().get(0));
    }
    assertThrows(IllegalStateException.class, filter::foldedWeight);
  }

  @Test
  void partsThatDisagreeAreNamed() {
    assertEquals(
        "bias has 3 elements, wanted the weight's output channels, 2",
        assertThrows(
                IllegalArgumentException.class, () -> Filter.of(WEIGHT, Tensor.of(new float[3], 3)))
            .getMessage());
    assertEquals(
        "data has 16 bytes, wanted 4 x the product of dimensions [5]",
        assertThrows(IllegalArgumentException.class, () -> Tensor.of(new float[4], 5))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Tensor(MemorySegment.ofArray(new float[1]), List.of(1L << 40, 1L << 40)));
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(new float[0], -1, 0));
  }
}
