package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Virtual threads that wait go on on other threads of the system, of which each has contexts of its
 * own: all that is waited for comes before a context is the thread's.
 */
final class VirtualThreadsTest {
  private static final Shape SHAPE = new Shape(4, 3, 5);
  private static final int THREADS = 6;
  private static final int BATCH = 3;

  private static Network network() {
    Samples samples = new Samples(1);
    return Samples.network(
        SHAPE,
        (b, x) ->
            b.add(
                "y",
                new PointwiseConvolution(samples.filter(4, 4), 1, 1, Activation.RELU),
                x.channelShift(1)));
  }

  /** Loads, runs each number of images, and closes; all wait for one compilation. */
  private static float[] use(Backend backend) {
    float[] input = new Samples(2).values(BATCH * SHAPE.elements());
    float[] output = new float[input.length];
    try (Session session = backend.compile(network(), CompileOptions.DEFAULT.withMaxBatch(BATCH))) {
      for (int images = 1; images <= BATCH; images++) {
        int length = images * (int) SHAPE.elements();
        float[] some = new float[length];
        session.run(Arrays.copyOf(input, length), some);
        System.arraycopy(some, 0, output, 0, length);
      }
    }
    return output;
  }

  @Test
  void sessionsSideBySide() throws Exception {
    SoftwareDriver software = SoftwareDriver.fresh();
    try (Backend backend = software.open(KernelCache.none());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<float[]>> uses = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        uses.add(() -> use(backend));
      }
      List<Future<float[]>> results = threads.invokeAll(uses);
      float[] expected = use(backend);
      for (Future<float[]> result : results) {
        assertArrayEquals(expected, result.get());
      }
    }
    assertEquals(0, software.count("contexts"));
    assertEquals(0, software.count("leaked"));
    assertEquals("", software.log());
    assertEquals(software.count("cuCtxPushCurrent_v2"), software.count("cuCtxPopCurrent_v2"));
    // A context is left on no thread of the system's: each pop has found the one that was pushed.
    assertEquals(1, software.count("cuModuleLoadData"));
  }
}
