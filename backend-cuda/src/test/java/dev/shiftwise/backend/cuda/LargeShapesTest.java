package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Kernels that the kit's small shapes do not reach, on whole numbers, whose sums are exact. */
final class LargeShapesTest {
  private final SoftwareDriver software = SoftwareDriver.fresh();

  @AfterEach
  void nothingIsFound() {
    assertEquals("", software.log());
    assertEquals(0, software.count("leaked"));
  }

  @Test
  void aDenseLayerOfManyImagesIsThatOfEach() {
    Shape shape = new Shape(24, 5, 3);
    int batch = 13;
    int outputs = 19;
    int inputs = (int) shape.elements();
    Samples samples = new Samples(1);
    Filter filter =
        Filter.of(
            Tensor.of(samples.wholeNumbers((long) outputs * inputs), outputs, inputs),
            Tensor.of(samples.wholeNumbers(outputs), outputs));
    Network network =
        Samples.network(shape, (b, x) -> b.add("y", new Dense(filter, Activation.NONE), x));
    float[] input = samples.wholeNumbers((long) batch * inputs);
    float[] found = new float[batch * outputs];
    try (Backend backend = software.open();
        Session session = backend.compile(network, CompileOptions.DEFAULT.withMaxBatch(batch))) {
      session.run(input, found);
      assertTrue(software.count("kernel dense_many") > 0);
      long before = software.count("kernel dense_many");
      for (int i = 0; i < batch; i++) {
        float[] alone = new float[outputs];
        session.run(Arrays.copyOfRange(input, i * inputs, (i + 1) * inputs), alone);
        assertArrayEquals(Arrays.copyOfRange(found, i * outputs, (i + 1) * outputs), alone);
      }
      assertEquals(before, software.count("kernel dense_many"), "an image alone is another's work");
    }
  }

  @Test
  void theAverageOfALargePlane() {
    Shape shape = new Shape(3, 50, 43);
    int plane = (int) shape.plane();
    int batch = 2;
    float[] input = new Samples(2).wholeNumbers(batch * shape.elements());
    float[] expected = new float[batch * shape.channels()];
    for (int i = 0; i < input.length; i++) {
      expected[i / plane] += input[i];
    }
    for (int i = 0; i < expected.length; i++) {
      expected[i] /= plane;
    }
    float[] found = new float[expected.length];
    Network network = Samples.network(shape, (b, x) -> b.add("y", new GlobalAveragePool(), x));
    try (Backend backend = software.open();
        Session session = backend.compile(network, CompileOptions.DEFAULT.withMaxBatch(batch))) {
      session.run(input, found);
    }
    assertArrayEquals(expected, found);
    assertTrue(software.count("kernel averages_large") > 0);
  }
}
