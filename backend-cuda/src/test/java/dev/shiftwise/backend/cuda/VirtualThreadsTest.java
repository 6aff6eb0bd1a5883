package dev.shiftwise.backend.cuda;

import static dev.shiftwise.backend.cuda.CudaConstants.CUDA_SUCCESS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.KernelCache;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Virtual threads that wait go on on other threads of the system, of which each has contexts of its
 * own: all that is waited for comes before a context is the thread's.
 */
final class VirtualThreadsTest {
  private static final Shape SHAPE = new Shape(4, 3, 5);
  private static final int THREADS = 12;
  private static final int BATCH = 3;

  /** An operator of each of several files, for all of which threads wait. */
  private static Network network() {
    Samples samples = new Samples(1);
    return Samples.network(
        SHAPE,
        (b, x) -> {
          var mixed =
              b.add(
                  "mixed",
                  new PointwiseConvolution(samples.filter(4, 4), 1, 1, Activation.RELU),
                  x.channelShift(1));
          var pooled = b.add("pooled", new MaxPool(Kernel2d.square(3, 1, 1), false), mixed);
          var shuffled = b.add("shuffled", new ChannelShuffle(2), pooled);
          var square =
              new Convolution(
                  samples.filter(4, 4, 3, 3), 1, Kernel2d.square(3, 1, 1), Activation.NONE);
          return b.add("y", new Softmax(), b.add("square", square, shuffled));
        });
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

  @RepeatedTest(10)
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
      for (int i = 0; i < THREADS; i++) {
        Callable<Integer> pop = () -> software.driver().cuCtxPopCurrent_v2(MemorySegment.NULL);
        assertNotEquals(CUDA_SUCCESS, threads.submit(pop).get(), "a context was left");
      }
    }
    assertEquals(0, software.count("contexts"));
    assertEquals(0, software.count("leaked"));
    assertEquals("", software.log());
    assertEquals(5, software.count("cuModuleLoadData"), "each file is loaded once");
  }
}
