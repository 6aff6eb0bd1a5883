package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedWeightsTest {
  private static final int GROUPS = 2;
  private static final int INPUTS = 3;

  @ParameterizedTest
  @ValueSource(ints = {6, 8})
  void blocksShareTheOutputsEvenlyAndHoldEveryWeight(int most) {
    for (int outputs = 1; outputs <= 70; outputs++) {
      float[] bias = new float[GROUPS * outputs];
      float[] weight = new float[bias.length * INPUTS];
      for (int i = 0; i < bias.length; i++) {
        bias[i] = -1 - i;
      }
      for (int i = 0; i < weight.length; i++) {
        weight[i] = 1 + i;
      }
      PackedWeights packed = PackedWeights.of(weight, bias, GROUPS, most);
      assertTrue(packed.stride() <= most, outputs + " outputs");
      assertEquals(outputs, packed.firstOutput(packed.blocks()), outputs + " outputs");
      for (int group = 0; group < GROUPS; group++) {
        int output = 0;
        for (int block = 0; block < packed.blocks(); block++) {
          assertEquals(output, packed.firstOutput(block));
          assertTrue(packed.live(block) >= packed.stride() - 1, outputs + " outputs");
          for (int o = 0; o < packed.live(block); o++) {
            int channel = group * outputs + output++;
            int at = packed.at(group, block) + o;
            assertEquals(bias[channel], packed.data()[at]);
            for (int i = 0; i < INPUTS; i++) {
              assertEquals(
                  weight[channel * INPUTS + i], packed.data()[at + (i + 1) * packed.stride()]);
            }
          }
        }
        assertEquals(outputs, output);
      }
    }
  }
}
