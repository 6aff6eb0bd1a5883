package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GapsTest {
  private static final int CHANNELS = 20;
  private final Random random = new Random(11);

  private Operand shifted(NetworkBuilder b, String name, int outputs, Operand x) {
    int channels = x.shape().channels();
    return b.add(
        name,
        new PointwiseConvolution(Networks.filter(random, outputs, channels), 1, 1, Activation.RELU),
        x.then(AddressShift.addressNet(Border.ZERO, channels)));
  }

  private Network chain(int layers) {
    return Networks.network(
        new Shape(CHANNELS, 6, 7),
        (b, x) -> {
          Operand y = x;
          for (int i = 0; i < layers; i++) {
            y = shifted(b, "pw" + i, CHANNELS, y);
          }
          return y;
        });
  }

  @Test
  void equalLayersTakeOverGapsThatAreZero() {
    // The input and the output come without guards, or with those of a copy; what is between them
    // takes turns in two places.
    assertEquals(List.of(true, true, true, true), gapsAreZero(chain(9)).subList(4, 8));
  }

  /** Every other layer stands where something else stood before, in this image or the last one. */
  @Test
  void gapsThatWereWrittenToAreClearedForEveryImage() {
    Network network =
        Networks.network(
            new Shape(CHANNELS, 6, 8),
            (b, x) -> {
              Operand wide = shifted(b, "wide", 2 * CHANNELS + 4, x);
              Operand narrow = shifted(b, "narrow", CHANNELS, wide);
              Operand same = shifted(b, "same", CHANNELS, narrow);
              Operand pooled = b.add("pool", new AveragePool(Kernel2d.square(2, 2, 0), true), same);
              Operand small = shifted(b, "small", 3 * CHANNELS, pooled);
              return shifted(b, "last", CHANNELS, small);
            });
    assertEquals(true, gapsAreZero(network).contains(false));
    int images = 3;
    int elements = (int) network.inputs().getFirst().shape().elements();
    float[] input = Networks.small(random, images * elements);
    float[] expected = new float[0];
    for (int image = 0; image < images; image++) {
      double[] one = new double[elements];
      for (int i = 0; i < elements; i++) {
        one[i] = input[image * elements + i];
      }
      expected = append(expected, Reference.run(network, one));
    }
    try (CpuVectorBackend backend = Networks.backend(512)) {
      assertArrayEquals(expected, Networks.run(backend, network, 1, input));
    }
  }

  private static List<Boolean> gapsAreZero(Network network) {
    try (CpuVectorBackend backend = Networks.backend(512)) {
      MemoryPlan plan = MemoryPlan.of(network, backend.capabilities(), backend.layout(), 1);
      Gaps gaps = new Gaps(plan);
      List<Boolean> zero = new ArrayList<>();
      for (int i = 0; i < plan.steps().size(); i++) {
        Step step = plan.steps().get(i);
        if (step.guards().gap() > 0) {
          zero.add(gaps.areZero(i));
        }
      }
      return zero;
    }
  }

  private static float[] append(float[] head, double[] tail) {
    float[] all = Arrays.copyOf(head, head.length + tail.length);
    for (int i = 0; i < tail.length; i++) {
      all[head.length + i] = (float) tail[i];
    }
    return all;
  }
}
