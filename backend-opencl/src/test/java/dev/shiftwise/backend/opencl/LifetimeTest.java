package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing a backend waits for the loads under way, and ends what comes after. */
@Timeout(120)
final class LifetimeTest {
  private static final Shape SHAPE = new Shape(4, 3, 3);
  private static final int THREADS = 2;
  private static final int MOST = 1000;

  private static Network network() {
    Samples samples = new Samples(1);
    return Samples.network(
        SHAPE,
        (b, x) ->
            b.add("y", new PointwiseConvolution(samples.filter(4, 4), 1, 1, Activation.NONE), x));
  }

  @Test
  void eachCompileWorksOrIsRefused() throws Exception {
    VariantProvider provider =
        new VariantProvider(facts -> facts, Tuning.of(new Tiling(4, 1, 4, 1), 1));
    Network network = network();
    float[] input = new Samples(2).values(SHAPE.elements());
    float[] expected = null;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int round = 0; round < 3; round++) {
        Backend backend = provider.open(Driver.devices().getFirst());
        CountDownLatch compiled = new CountDownLatch(round);
        List<Future<float[]>> results = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          results.add(threads.submit(() -> untilClosed(backend, network, input, compiled)));
        }
        compiled.await();
        backend.close();
        for (Future<float[]> result : results) {
          float[] output = result.get();
          if (expected == null && output.length > 0) {
            expected = output;
          }
          if (expected != null && output.length > 0) {
            assertArrayEquals(expected, output);
          }
        }
      }
    }
    assertTrue(expected != null, "nothing was compiled in any round");
  }

  /** Returns the last output, with no elements if there was none. */
  private static float[] untilClosed(
      Backend backend, Network network, float[] input, CountDownLatch compiled) {
    float[] output = new float[0];
    for (int i = 0; i < MOST; i++) {
      Session session;
      try {
        session = backend.compile(network);
      } catch (BackendException e) {
        assertTrue(String.valueOf(e.getMessage()).contains("closed"), e::toString);
        assertThrows(BackendException.class, () -> backend.compile(network));
        return output;
      }
      try (session) {
        compiled.countDown();
        output = new float[input.length];
        session.run(input, output);
      }
    }
    throw new AssertionError("the backend was never closed");
  }
}
