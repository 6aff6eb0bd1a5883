package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The order of a sum does not depend on how its work is cut, so neither do the bits of the result:
 * with many items side by side or one, with vectors or without, in one patch of local memory or in
 * many, with rows laid out in strips or every tap looked up.
 */
final class CutsTest {
  private static final Shape SHAPE = new Shape(20, 19, 23);

  private static List<Network> networks() {
    Samples samples = new Samples(3);
    List<Network> networks = new ArrayList<>();
    for (Kernel2d kernel :
        List.of(
            Kernel2d.square(3, 1, 1),
            Kernel2d.square(3, 2, 1),
            new Kernel2d(2, 3, 1, 3, 2, 1, 0, 2, 1, 2))) {
      long height = kernel.height();
      long width = kernel.width();
      add(
          networks,
          (b, x) ->
              b.add(
                  "convolution",
                  new Convolution(
                      samples.filter(26, 10, height, width), 2, kernel, Activation.RELU),
                  x));
      add(
          networks,
          (b, x) ->
              b.add(
                  "depthwise",
                  new Convolution(
                      samples.filter(40, 1, height, width), 20, kernel, Activation.NONE),
                  x));
      add(networks, (b, x) -> b.add("average", new AveragePool(kernel, true), x));
      add(networks, (b, x) -> b.add("max", new MaxPool(kernel, true), x));
    }
    add(
        networks,
        (b, x) -> {
          Operand shortcut = b.add("pool", new AveragePool(Kernel2d.square(2, 2, 0), true), x);
          return b.add(
              "strided",
              new PointwiseConvolution(samples.filter(12, 5), 4, 2, Activation.RELU6),
              x,
              shortcut.window(3, 12));
        });
    return networks;
  }

  private static void add(
      List<Network> networks, BiFunction<NetworkBuilder, Operand, Operand> body) {
    networks.add(Samples.network(SHAPE, body));
  }

  private static List<int[]> results(VariantProvider provider) {
    List<int[]> results = new ArrayList<>();
    float[] input = new Samples(4).values(SHAPE.elements());
    try (Backend backend = provider.open(Driver.devices().getFirst())) {
      for (Network network : networks()) {
        Shape shape = network.outputs().values().iterator().next().shape();
        float[] output = new float[(int) shape.elements()];
        try (Session session = backend.compile(network, CompileOptions.DEFAULT.withWarmUp(false))) {
          session.run(input, output);
        }
        int[] bits = new int[output.length];
        for (int i = 0; i < bits.length; i++) {
          bits[i] = Float.floatToRawIntBits(output[i]);
        }
        results.add(bits);
      }
    }
    return results;
  }

  private static VariantProvider cut(ClDevice.Kind kind, long localMemory, String tiling) {
    return new VariantProvider(
        facts ->
            VariantProvider.with(
                facts,
                kind,
                Math.min(localMemory, facts.localMemory()),
                facts.unifiedMemory(),
                facts.fineGrainSvm()),
        Tuning.of(Tiling.parse(tiling), 1));
  }

  @ParameterizedTest
  @CsvSource({
    "GPU, 65536, 1x2x8x64", // items side by side, a pixel each
    "GPU, 3000, 4x2x4x8", // vectors side by side; two products in a patch
    "CPU, 900, 8x2x4x1" // strips of one row, and no room for some; four products in a patch
  })
  void bitsAreTheSame(ClDevice.Kind kind, long localMemory, String tiling) {
    List<int[]> expected = results(cut(ClDevice.Kind.CPU, Long.MAX_VALUE, "16x3x8x1"));
    List<int[]> found = results(cut(kind, localMemory, tiling));
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), found.get(i), networks().get(i).nodes().toString());
    }
  }
}
