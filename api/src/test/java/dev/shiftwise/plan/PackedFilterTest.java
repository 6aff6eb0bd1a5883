package dev.shiftwise.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.network.Filter;
import dev.shiftwise.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Where each weight stands when a kernel reads it. */
final class PackedFilterTest {

  /** Weight {@code 10 * output + input}, bias {@code 100 + output}. */
  private static Filter filter(int outputs, int inputs) {
    float[] weight = new float[outputs * inputs];
    float[] bias = new float[outputs];
    for (int o = 0; o < outputs; o++) {
      bias[o] = 100 + o;
      for (int i = 0; i < inputs; i++) {
        weight[o * inputs + i] = 10 * o + i;
      }
    }
    return Filter.of(Tensor.of(weight, outputs, inputs), Tensor.of(bias, outputs));
  }

  @Test
  void blocksAreFilledUpGroupByGroup() {
    PackedFilter packed = PackedFilter.of(filter(6, 2), 2, 2);
    assertEquals(2, packed.inputs());
    assertEquals(3, packed.outputs());
    assertEquals(2, packed.blocks());
    assertArrayEquals(new float[] {100, 101, 102, 0, 103, 104, 105, 0}, packed.bias());
    assertArrayEquals(
        new float[] {0, 10, 1, 11, 20, 0, 21, 0, 30, 40, 31, 41, 50, 0, 51, 0}, packed.weights());
  }

  @Test
  void productsComeInTheOrderAskedFor() {
    PackedFilter packed = PackedFilter.of(filter(2, 4), 1, 2, k -> k % 2 * 2 + k / 2);
    assertArrayEquals(new float[] {0, 10, 2, 12, 1, 11, 3, 13}, packed.weights());
  }
}
