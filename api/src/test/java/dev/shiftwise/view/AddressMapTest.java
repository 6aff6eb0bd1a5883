package dev.shiftwise.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The address arithmetic against the text of SPEC section 1, applied step by step to an array. */
class AddressMapTest {

  /** The map's elements, each as the index it is read from; a step makes a new array of them. */
  private static long[] follow(Shape shape, long[] in, ViewStep step) {
    int plane = (int) shape.plane();
    int channels = shape.channels();
    switch (step) {
      case Window(int first, int count) -> {
        return Arrays.copyOfRange(in, first * plane, (first + count) * plane);
      }
      case ChannelShift(long by) -> {
        long[] out = new long[in.length];
        for (int c = 0; c < channels; c++) {
          int from = (int) (((c + by) % channels + channels) % channels);
          System.arraycopy(in, from * plane, out, c * plane, plane);
        }
        return out;
      }
      case AddressShift(Border border, List<AddressShift.Run> runs) -> {
        long[] out = new long[in.length];
        int c = 0;
        for (AddressShift.Run run : runs) {
          for (int end = c + run.channels(); c < end; c++) {
            for (int y = 0; y < shape.height(); y++) {
              for (int x = 0; x < shape.width(); x++) {
                int j = c * plane + y * shape.width() + x;
                int toY = y + run.by().dy();
                int toX = x + run.by().dx();
                boolean inside =
                    toY >= 0 && toY < shape.height() && toX >= 0 && toX < shape.width();
                int ring =
                    Math.floorMod(j + run.by().dy() * shape.width() + run.by().dx(), in.length);
                out[j] =
                    border == Border.RING
                        ? in[ring]
                        : inside ? in[c * plane + toY * shape.width() + toX] : -1;
              }
            }
          }
        }
        return out;
      }
    }
  }

  private static long[] identity(Shape shape) {
    long[] indices = new long[(int) shape.elements()];
    Arrays.setAll(indices, i -> i);
    return indices;
  }

  private static long[] read(AddressMap map) {
    Shape shape = map.shape();
    long[] indices = new long[(int) shape.elements()];
    for (int j = 0; j < indices.length; j++) {
      indices[j] = map.sourceIndex((int) (j / shape.plane()), j % shape.plane());
    }
    return indices;
  }

  private static long[] readPieces(AddressMap map) {
    long[] indices = new long[(int) map.shape().elements()];
    Arrays.fill(indices, -2);
    long[] next = new long[1];
    map.forEachPiece(
        (to, from, length) -> {
          assertEquals(next[0], to, "pieces come in order without gaps");
          assertTrue(length > 0);
          for (long i = 0; i < length; i++) {
            indices[(int) (to + i)] = from == AddressMap.NOWHERE ? -1 : from + i;
          }
          next[0] = to + length;
        });
    return indices;
  }

  private static ViewStep randomStep(Random random, Shape shape) {
    return switch (random.nextInt(4)) {
      case 0 -> new ChannelShift(random.nextInt(41) - 20);
      case 1 -> {
        int count = 1 + random.nextInt(shape.channels());
        yield new Window(random.nextInt(shape.channels() - count + 1), count);
      }
      default -> randomShift(random, shape);
    };
  }

  private static AddressShift randomShift(Random random, Shape shape) {
    List<AddressShift.Run> runs = new ArrayList<>();
    boolean uniform = random.nextBoolean();
    for (int left = shape.channels(); left > 0; ) {
      int channels = uniform ? left : 1 + random.nextInt(left);
      int dy = random.nextInt(2 * shape.height() - 1) - (shape.height() - 1);
      int dx = random.nextInt(2 * shape.width() - 1) - (shape.width() - 1);
      runs.add(new AddressShift.Run(channels, new Displacement(dy, dx)));
      left -= channels;
    }
    return new AddressShift(random.nextBoolean() ? Border.RING : Border.ZERO, runs);
  }

  @Test
  void randomProgramsOfStepsReadWhatTheTextSays() {
    for (int seed = 0; seed < 5000; seed++) {
      Random random = new Random(seed);
      Shape shape = Shape.of(1 + random.nextInt(7), 1 + random.nextInt(5), 1 + random.nextInt(5));
      AddressMap map = AddressMap.identity(shape);
      long[] expected = identity(shape);
      for (int i = random.nextInt(5); i >= 0; i--) {
        ViewStep step = randomStep(random, map.shape());
        expected = follow(map.shape(), expected, step);
        map = map.then(step);
      }
      String program = "seed " + seed + ": " + map;
      assertEquals(Arrays.toString(expected), Arrays.toString(read(map)), program);
      assertEquals(Arrays.toString(expected), Arrays.toString(readPieces(map)), program);
    }
  }

  @Test
  void channelShiftsWindowsAndOneAddressShiftHaveANormalForm() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Shape shape = Shape.of(8, 3, 4);
      AddressMap map = AddressMap.identity(shape);
      for (int i = 0; i < 3; i++) {
        map =
            map.then(
                random.nextBoolean()
                    ? new ChannelShift(random.nextInt(9))
                    : new Window(random.nextInt(2), map.shape().channels() - 1));
      }
      map = map.then(randomShift(random, map.shape())).then(new ChannelShift(random.nextInt(9)));
      assertInstanceOf(NormalMap.class, map.then(new Window(0, 1)), "seed " + seed);
    }
  }

  @Test
  void uniformRingShiftsAreRotationsWhoseOffsetsAdd() {
    Shape shape = Shape.of(3, 4, 5);
    AddressMap there =
        AddressMap.identity(shape)
            .then(AddressShift.uniform(Border.RING, 3, new Displacement(3, -4)))
            .then(AddressShift.uniform(Border.RING, 3, new Displacement(3, 4)));
    assertInstanceOf(NormalMap.class, there);
    AddressMap back =
        there
            .then(AddressShift.uniform(Border.RING, 3, new Displacement(-3, 0)))
            .then(AddressShift.uniform(Border.RING, 3, new Displacement(-3, 0)));
    NormalMap normal = assertInstanceOf(NormalMap.class, back);
    assertTrue(normal.isIdentity(), back.toString());
  }

  @Test
  void whatHasNoNormalFormIsComposed() {
    Shape shape = Shape.of(4, 3, 3);
    AddressMap unequal = AddressMap.identity(shape).then(AddressShift.addressNet(Border.RING, 4));
    assertInstanceOf(
        ComposedMap.class, unequal.then(AddressShift.uniform(Border.RING, 4, Displacement.UP)));
    AddressMap zero = AddressMap.identity(shape).then(AddressShift.addressNet(Border.ZERO, 4));
    assertInstanceOf(
        ComposedMap.class, zero.then(AddressShift.uniform(Border.RING, 4, Displacement.UP)));
  }

  @Test
  void stayKeepsTheMap() {
    AddressMap map = AddressMap.identity(Shape.of(4, 3, 3)).then(new ChannelShift(1));
    assertEquals(map, map.then(AddressShift.uniform(Border.ZERO, 4, Displacement.STAY)));
  }

  @Test
  void hugeMapsTakeNoTimeAndNoMemory() {
    Shape shape = Shape.of(1 << 20, 1 << 15, 1 << 15);
    AddressMap map =
        AddressMap.identity(shape)
            .then(new ChannelShift(12345))
            .then(AddressShift.addressNet(Border.RING, 1 << 20));
    assertEquals(12345L * shape.plane() + 1, map.sourceIndex(0, 0));
    assertEquals(12344L * shape.plane() + 7 - shape.width(), map.sourceIndex((1 << 20) - 1, 7));
  }

  @Test
  void badStepsNameWhatWasFoundAndWanted() {
    AddressMap map = AddressMap.identity(Shape.of(4, 3, 5));
    assertMessage(
        "displacement is (+3,0), wanted |dy| < height 3 and |dx| < width 5",
        map,
        AddressShift.uniform(Border.RING, 4, new Displacement(3, 0)));
    assertMessage(
        "the runs of the address shift cover 3 channels, wanted exactly the map's 4",
        map,
        AddressShift.uniform(Border.ZERO, 3, Displacement.UP));
    assertMessage(
        "window ends at channel 5, wanted at most the map's channels, 4", map, new Window(2, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> map.sourceIndex(4, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> map.sourceIndex(0, 15));
  }

  private static void assertMessage(String message, AddressMap map, ViewStep step) {
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, () -> map.then(step)).getMessage());
  }
}
