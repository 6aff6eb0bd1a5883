package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;
import org.junit.jupiter.api.Test;

class PaddedPlaneTest {
  @Test
  void scratchGrowsWithThePlaneAndNotWithTheStride() {
    assertScratch(Kernel2d.square(512, 512, 0), new Shape(1, 512, 512), new Shape(1, 1, 1));
    assertScratch(Kernel2d.square(1, 10_000, 0), new Shape(1, 1, 1), new Shape(1, 1, 1));
    assertScratch(Kernel2d.square(2, 100, 0), new Shape(1, 202, 202), new Shape(1, 3, 3));
  }

  private static void assertScratch(Kernel2d kernel, Shape in, Shape out) {
    long bytes = new PaddedPlane(kernel, in, out, 16).bytes();
    long most = (in.plane() + 16L * kernel.taps()) * Float.BYTES;
    assertTrue(bytes <= most, kernel + " over " + in + " takes " + bytes + ", wanted " + most);
  }
}
