package dev.shiftwise.view;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class FeatureMapTest {
  private static final Shape SHAPE = Shape.of(4, 3, 5);

  private static float[] counting(int batch, Shape shape) {
    float[] values = new float[(int) (batch * shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return values;
  }

  @Test
  @SuppressWarnings("restricted")
  void theThreePrimitivesMoveNoByte() {
    try (Arena arena = Arena.ofConfined()) {
      // Memory of 64 GiB would not fit the machine: a view that copied anything could not be made.
      MemorySegment huge =
          MemorySegment.ofAddress(64).reinterpret(1L << 36, arena, null).asReadOnly();
      FeatureMap map = FeatureMap.of(huge, 4, Shape.of(1 << 12, 1 << 10, 1 << 10));
      FeatureMap view =
          map.channelShift(512)
              .then(AddressShift.addressNet(Border.RING, 1 << 12))
              .window(100, 1000)
              .channelShift(-3);
      assertEquals(map.segment(), view.segment());
      assertEquals(Shape.of(1000, 1 << 10, 1 << 10), view.shape());
    }
  }

  @Test
  void viewsShowLaterWrites() {
    FeatureMap map = FeatureMap.of(counting(2, SHAPE), 2, SHAPE);
    FeatureMap view = map.channelShift(1).window(0, 2);
    map.set(1, 2, 1, 3, -7f);
    assertEquals(-7f, view.get(1, 1, 1, 3));
    view.set(1, 0, 0, 0, 99f);
    assertEquals(99f, map.get(1, 1, 0, 0));
  }

  @Test
  void copiesMoveBitsAndNothingElse() {
    float[] values = counting(2, SHAPE);
    int[] odd = {0x7fc12345, 0x80000000, 0x7f800000, 0x00000001, 0xffa00001};
    MemorySegment raw = MemorySegment.ofArray(values);
    for (int i = 0; i < values.length; i++) {
      raw.setAtIndex(ValueLayout.JAVA_INT, i, odd[i % odd.length] + (i << 4 & 0xff0));
    }
    FeatureMap map = FeatureMap.of(raw, 2, SHAPE);
    FeatureMap view = map.channelShift(3).then(AddressShift.addressNet(Border.ZERO, 4));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(2 * SHAPE.elements() * 4 + 8, 8).fill((byte) 0x5a);
      view.copyTo(FeatureMap.of(target.asSlice(4), 2, SHAPE));
      int i = 1;
      for (int n = 0; n < 2; n++) {
        for (int c = 0; c < 4; c++) {
          for (int p = 0; p < 15; p++, i++) {
            long from = view.map().sourceIndex(c, p);
            int wanted =
                from < 0 ? 0 : raw.getAtIndex(ValueLayout.JAVA_INT, n * SHAPE.elements() + from);
            assertEquals(wanted, target.getAtIndex(ValueLayout.JAVA_INT, i), "element " + i);
          }
        }
      }
      assertEquals(0x5a5a5a5a, target.getAtIndex(ValueLayout.JAVA_INT, 0));
      assertEquals(0x5a5a5a5a, target.getAtIndex(ValueLayout.JAVA_INT, i));
    }
  }

  @Test
  void windowsOfOneBufferMayBeCopiedToEachOtherThoughTheirBytesInterleave() {
    FeatureMap map = FeatureMap.of(counting(3, SHAPE), 3, SHAPE);
    float[] before = map.window(0, 2).toArray();
    map.window(0, 2).copyTo(map.window(2, 2));
    assertArrayEquals(before, map.window(2, 2).toArray());
    assertThrows(IllegalArgumentException.class, () -> map.window(0, 2).copyTo(map.window(1, 2)));
  }

  @Test
  void badArgumentsAreNamed() {
    FeatureMap map = FeatureMap.of(counting(2, SHAPE), 2, SHAPE);
    assertMessage(
        "segment has 4 bytes, wanted at least 480 for 2 x 4x3x5",
        () -> FeatureMap.of(new float[1], 2, SHAPE));
    assertMessage("batch is 0, wanted at least 1", () -> FeatureMap.byteSize(0, SHAPE));
    FeatureMap shifted = map.addressShift(Border.RING, List.of(run(4)));
    assertMessage(
        "feature map is the shifted view "
            + shifted.map()
            + ", wanted a window: only windows can be written",
        () -> shifted.set(0, 0, 0, 0, 1f));
    assertMessage(
        "target is 1 x 4x3x5, wanted 2 x 4x3x5",
        () -> shifted.copyTo(FeatureMap.of(new float[60], 1, SHAPE)));
    assertThrows(IndexOutOfBoundsException.class, () -> map.get(2, 0, 0, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> map.get(0, 0, 0, 5));
    assertSame(map.segment(), map.channelShift(1).segment());
  }

  @Test
  void closedMemoryIsRefused() {
    FeatureMap map;
    try (Arena arena = Arena.ofConfined()) {
      map = FeatureMap.allocate(arena, 1, SHAPE);
    }
    assertThrows(IllegalStateException.class, () -> map.get(0, 0, 0, 0));
    assertThrows(IllegalStateException.class, () -> map.channelShift(1).toArray());
  }

  private static AddressShift.Run run(int channels) {
    return new AddressShift.Run(channels, Displacement.LEFT);
  }

  private static void assertMessage(String message, Executable e) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, e).getMessage());
  }
}
