package dev.shiftwise.network;

import static dev.shiftwise.network.Rearrangements.PadMode.CONSTANT;
import static dev.shiftwise.network.Rearrangements.PadMode.EDGE;
import static dev.shiftwise.network.Rearrangements.PadMode.REFLECT;
import static dev.shiftwise.network.Rearrangements.PadMode.WRAP;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RearrangementsTest {
  private static final List<Integer> ROW = List.of(1, 1, 4);

  private static long[] sources(Rearrange rearrange) {
    return LongStream.range(0, rearrange.result().elements()).map(rearrange::source).toArray();
  }

  private static long[] padded(int before, int after, Rearrangements.PadMode mode) {
    return sources(Rearrangements.pad(ROW, List.of(0, 0, before), List.of(0, 0, after), mode, 7f));
  }

  @Test
  void transposes() {
    Rearrange turned = Rearrangements.transpose(List.of(2, 3), 1, 0);
    assertEquals(Shape.of(3, 2, 1), turned.result());
    assertArrayEquals(new long[] {0, 3, 1, 4, 2, 5}, sources(turned));
    // DepthToSpace with blocks of 2: four channels become one of twice the size.
    Rearrange blocks =
        Rearrangements.transpose(List.of(2, 2, 1, 1, 2), 2, 3, 0, 4, 1).into(Shape.of(1, 2, 4));
    assertArrayEquals(new long[] {0, 2, 1, 3, 4, 6, 5, 7}, sources(blocks));
  }

  @Test
  void slices() {
    Rearrange some =
        Rearrangements.slice(
            List.of(2, 3, 4), List.of(1, 2, 0), List.of(1, -2, 3), List.of(1, 2, 2));
    assertEquals(Shape.of(1, 2, 2), some.result());
    assertArrayEquals(new long[] {20, 23, 12, 15}, sources(some));
  }

  @Test
  void pads() {
    assertArrayEquals(new long[] {-1, -1, 0, 1, 2, 3, -1}, padded(2, 1, CONSTANT));
    assertArrayEquals(new long[] {0, 0, 0, 1, 2, 3, 3}, padded(2, 1, EDGE));
    assertArrayEquals(new long[] {3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1}, padded(3, 4, REFLECT));
    assertArrayEquals(new long[] {2, 3, 0, 1, 2, 3, 0}, padded(2, 1, WRAP));
    assertArrayEquals(new long[] {1, 2, 3, -1}, padded(-1, 1, CONSTANT));
  }

  @Test
  void gathersAndExpands() {
    assertArrayEquals(
        new long[] {3, 1, 1, 7, 5, 5}, sources(Rearrangements.gather(List.of(2, 4), 1, 3, 1, 1)));
    assertArrayEquals(
        new long[] {0, 0, 1, 1}, sources(Rearrangements.expand(List.of(2, 1), List.of(2, 2))));
  }

  /** Values of ONNX's own examples of Resize with mode nearest. */
  @Test
  void nearest() {
    assertArrayEquals(
        new int[] {0, 0, 1, 1},
        Rearrangements.nearest(
            2, 4, 2, Coordinates.HALF_PIXEL, Rearrangements.Nearest.ROUND_PREFER_FLOOR));
    assertArrayEquals(
        new int[] {0, 2},
        Rearrangements.nearest(
            4, 2, 0.6, Coordinates.HALF_PIXEL, Rearrangements.Nearest.ROUND_PREFER_FLOOR));
    assertArrayEquals(
        new int[] {0, 0, 0, 1, 1, 2, 2, 3},
        Rearrangements.nearest(4, 8, 2, Coordinates.ALIGN_CORNERS, Rearrangements.Nearest.FLOOR));
    assertArrayEquals(
        new int[] {0, 1, 1, 2, 2, 3, 3, 3},
        Rearrangements.nearest(4, 8, 2, Coordinates.ASYMMETRIC, Rearrangements.Nearest.CEIL));
  }

  @Test
  void fewerAxesMoveTheSame() {
    Rearrange some = Rearrangements.transpose(List.of(2, 3, 4, 5), 3, 1, 0, 2);
    for (int most = 1; most <= 4; most++) {
      assertEquals(most, some.withAxes(most).axes().size());
      assertArrayEquals(sources(some), sources(some.withAxes(most)));
    }
  }

  @Test
  void reshapeIsTheIdentity() {
    assertArrayEquals(
        LongStream.range(0, 24).toArray(), sources(Rearrangements.reshape(Shape.of(2, 3, 4))));
  }

  @Test
  void refusals() {
    refused("order is [0, 0], wanted 0 to 1", () -> Rearrangements.transpose(List.of(2, 3), 0, 0));
    refused(
        "index is 5, wanted 0 to 3",
        () -> Rearrangements.slice(List.of(4), List.of(1), List.of(2), List.of(3)));
    refused(
        "dimension 0 is to be 3, wanted 2", () -> Rearrangements.expand(List.of(2), List.of(3)));
    refused(
        "axes [2 from 0] have 2 elements, wanted the result's 3",
        () -> new Rearrange(Shape.of(3, 1, 1), List.of(Rearrange.Axis.steps(0, 1, 2)), 0));
    NetworkBuilder b = Network.builder("refusals");
    Operand x = b.input("x", Shape.of(2, 1, 2));
    refused(
        "node 'y' (Rearrange): axes read element 4, wanted below the input's 4",
        () -> b.add("y", Rearrangements.gather(List.of(5), 0, 4), x));
    refused(
        "node 'z' (Resize): columns reads index 2, wanted below the input's 2",
        () -> b.add("z", new Resize(Resize.Axis.same(1), Resize.Axis.same(3)), x));
    refused(
        "node 's' (Arithmetic): input 1's channels is 3, wanted 2 as input 0 has, or 1",
        () -> b.add("s", Arithmetic.add(), x, b.input("v", Shape.of(3, 1, 2))));
  }

  private static void refused(String message, Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }

  /** Values of ONNX's own examples of Resize with mode linear. */
  @Test
  void linear() {
    check(
        new double[] {1, 1.25, 1.75, 2}, Resize.Axis.linear(2, 4, 2, Coordinates.HALF_PIXEL), 1, 2);
    check(
        new double[] {1, 4.0 / 3, 5.0 / 3, 2},
        Resize.Axis.linear(2, 4, 2, Coordinates.ALIGN_CORNERS),
        1,
        2);
    check(
        new double[] {4.0 / 3, 3},
        Resize.Axis.linear(4, 2, 0.6, Coordinates.HALF_PIXEL),
        1,
        2,
        3,
        4);
    check(new double[] {1, 1.5, 2, 2}, Resize.Axis.linear(2, 4, 2, Coordinates.ASYMMETRIC), 1, 2);
    check(
        new double[] {1},
        Resize.Axis.linear(4, 1, 0.25, Coordinates.PYTORCH_HALF_PIXEL),
        1,
        9,
        9,
        9);
  }

  private static void check(double[] wanted, Resize.Axis axis, double... in) {
    double[] found = new double[axis.size()];
    for (int i = 0; i < found.length; i++) {
      double f = axis.fraction(i);
      found[i] = (1 - f) * in[axis.first(i)] + f * in[axis.second(i)];
    }
    assertArrayEquals(wanted, found, 1e-6);
  }
}
