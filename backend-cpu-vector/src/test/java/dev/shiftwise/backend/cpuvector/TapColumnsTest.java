package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TapColumnsTest {
  private static final Kernels KERNELS = Kernels.of(VectorWidth.preferred());

  /** Against the definition: what each tap reads for each pixel of a band, padding included. */
  @RepeatedTest(60)
  void everyTapReadsWhatItsKernelSays(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Kernel2d kernel = kernel(random);
    Shape in = Shape.of(1, 1 + random.nextInt(20), 1 + random.nextInt(40));
    int height =
        outputs(
            in.height(),
            kernel.height(),
            kernel.strideY(),
            kernel.dilationY(),
            kernel.top() + kernel.bottom());
    int width =
        outputs(
            in.width(),
            kernel.width(),
            kernel.strideX(),
            kernel.dilationX(),
            kernel.left() + kernel.right());
    if (height < 1 || width < 1) {
      return;
    }
    Shape out = Shape.of(1, height, width);
    TapColumns columns = new TapColumns(KERNELS, kernel, in, out);
    int rows = 1 + random.nextInt(height);
    int from = random.nextInt(height);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment plane = arena.allocate(in.plane() * Float.BYTES + 128, 64);
      for (long i = 0; i < in.plane(); i++) {
        plane.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (1 + i));
      }
      MemorySegment band = arena.allocate(columns.bytes(rows), 64);
      band.fill((byte) 0x7F);
      columns.clear(rows, band.address());
      // Twice: what a channel leaves must not show in the next.
      columns.layOut(plane.address(), from, Math.min(height, from + rows), rows, band.address());
      columns.layOut(plane.address(), from, Math.min(height, from + rows), rows, band.address());
      long[] taps = columns.taps(rows);
      for (int y = from; y < Math.min(height, from + rows); y++) {
        for (int x = 0; x < width; x++) {
          for (int t = 0; t < taps.length; t++) {
            long sourceY =
                (long) y * kernel.strideY()
                    + (long) (t / kernel.width()) * kernel.dilationY()
                    - kernel.top();
            long sourceX =
                (long) x * kernel.strideX()
                    + (long) (t % kernel.width()) * kernel.dilationX()
                    - kernel.left();
            boolean inside =
                sourceY >= 0 && sourceY < in.height() && sourceX >= 0 && sourceX < in.width();
            float want = inside ? (float) (1 + sourceY * in.width() + sourceX) : 0;
            long at = taps[t] + ((long) (y - from) * width + x) * Float.BYTES;
            assertEquals(
                want,
                band.get(ValueLayout.JAVA_FLOAT, at),
                kernel + " over " + in + ", tap " + t + " at row " + y + ", column " + x);
          }
        }
      }
    }
  }

  private static Kernel2d kernel(Random random) {
    int height = 1 + random.nextInt(4);
    int width = 1 + random.nextInt(4);
    return new Kernel2d(
        height,
        width,
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        random.nextInt(height),
        random.nextInt(width),
        random.nextInt(height),
        random.nextInt(width));
  }

  private static int outputs(int size, int kernel, int stride, int dilation, int padding) {
    return Math.floorDiv(size + padding - (kernel - 1) * dilation - 1, stride) + 1;
  }

  @Test
  void scratchGrowsWithThePlaneAndNotWithTheStride() {
    assertScratch(Kernel2d.square(512, 512, 0), Shape.of(1, 512, 512), Shape.of(1, 1, 1));
    assertScratch(Kernel2d.square(1, 10_000, 0), Shape.of(1, 1, 1), Shape.of(1, 1, 1));
    assertScratch(Kernel2d.square(2, 100, 0), Shape.of(1, 202, 202), Shape.of(1, 3, 3));
  }

  private static void assertScratch(Kernel2d kernel, Shape in, Shape out) {
    long bytes = new TapColumns(KERNELS, kernel, in, out).bytes(out.height());
    long most = (in.plane() + 16L * kernel.taps()) * Float.BYTES;
    assertTrue(bytes <= most, kernel + " over " + in + " takes " + bytes + ", wanted " + most);
  }
}
