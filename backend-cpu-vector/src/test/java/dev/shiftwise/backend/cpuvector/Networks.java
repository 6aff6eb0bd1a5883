package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/** Runs small networks on the backend and compares them with {@link Reference}. */
final class Networks {
  static final int[] WIDTHS = {128, 256, 512};

  private Networks() {}

  static CpuVectorBackend backend(int bits) {
    return backend(VectorWidth.ofBits(bits));
  }

  static CpuVectorBackend backend(VectorWidth width) {
    return new CpuVectorBackend(new Device("cpu-vector", "cpu", "test", 0, Map.of()), width);
  }

  static Network network(Shape input, BiFunction<NetworkBuilder, Operand, Operand> body) {
    NetworkBuilder builder = Network.builder("test");
    builder.output("y", body.apply(builder, builder.input("x", input)));
    return builder.build();
  }

  /** Weights and bias of small whole numbers: sums are exact in float32. */
  static Filter filter(Random random, int outputs, int... rest) {
    long[] dimensions = new long[rest.length + 1];
    dimensions[0] = outputs;
    int count = outputs;
    for (int i = 0; i < rest.length; i++) {
      dimensions[i + 1] = rest[i];
      count *= rest[i];
    }
    return Filter.of(
        Tensor.of(small(random, count), dimensions), Tensor.of(small(random, outputs), outputs));
  }

  static float[] small(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(-3, 4);
    }
    return values;
  }

  static float[] run(CpuVectorBackend backend, Network network, int threads, float[] input) {
    Shape in = network.inputs().getFirst().shape();
    Shape out = network.outputs().values().iterator().next().shape();
    int batch = (int) (input.length / in.elements());
    float[] output = new float[(int) (batch * out.elements())];
    Arrays.fill(output, Float.NaN);
    CompileOptions options =
        CompileOptions.DEFAULT.withMaxBatch(batch).withThreads(threads).withWarmUp(false);
    try (Session session = backend.compile(network, options)) {
      session.run(input, output);
    }
    return output;
  }

  /** Compares a network with the reference on small whole numbers. */
  static void check(CpuVectorBackend backend, Network network, double tolerance) {
    Shape in = network.inputs().getFirst().shape();
    float[] input = small(new Random(in.hashCode()), (int) in.elements());
    double[] wide = new double[input.length];
    for (int i = 0; i < input.length; i++) {
      wide[i] = input[i];
    }
    double[] expected = Reference.run(network, wide);
    float[] actual = run(backend, network, 1, input);
    for (int i = 0; i < expected.length; i++) {
      int at = i;
      assertEquals(
          expected[i],
          actual[i],
          tolerance * (1 + Math.abs(expected[i])),
          () -> network.nodes() + ", element " + at);
    }
  }
}
