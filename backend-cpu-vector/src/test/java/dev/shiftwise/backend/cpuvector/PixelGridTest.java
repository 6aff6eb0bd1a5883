package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelGridTest {
  @ParameterizedTest
  @CsvSource({
    "128, true, true",
    "128, false, false",
    "256, true, false",
    "256, false, true",
    "512, true, false",
    "512, true, true"
  })
  void everyPixelIsCoveredAndNothingBehindThePlane(
      int bits, boolean manyRegisters, boolean residual) {
    VectorWidth width = new VectorWidth(bits, manyRegisters);
    int lanes = width.lanes();
    for (int pixels = 1; pixels < 400; pixels++) {
      PixelGrid grid = PixelGrid.of(pixels, width, residual);
      int[] covered = new int[pixels];
      for (int t = 0; t < grid.tiles(); t++) {
        assertTrue(grid.vectors(t) >= 1 && grid.vectors(t) <= PixelGrid.WIDEST);
        for (int i = 0; i < grid.vectors(t) * lanes; i++) {
          covered[(int) (grid.offset(t) / Float.BYTES) + i]++;
        }
      }
      for (int i = 0; i < grid.tailPixels(); i++) {
        covered[(int) (grid.tailOffset() / Float.BYTES) + i]++;
      }
      assertTrue(Arrays.stream(covered).allMatch(times -> times >= 1), "plane of " + pixels);
      int twice = (int) Arrays.stream(covered).filter(times -> times > 1).count();
      assertTrue(twice <= lanes / 2, "plane of " + pixels);
      assertEquals(0, Arrays.stream(covered).filter(times -> times > 2).count());
    }
  }
}
