package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import java.lang.foreign.Arena;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What depends on threads: nothing in the results, no allocation, no thread left behind. */
class ThreadsTest {
  static final Shape INPUT = new Shape(3, 23, 29);

  /** A small network with every kind of step that cuts its work differently. */
  static Network network(Border border) {
    Random random = new Random(3);
    return Networks.network(
        INPUT,
        (b, x) -> {
          var stem =
              b.add(
                  "stem",
                  new Convolution(
                      Networks.filter(random, 32, 3, 3, 3),
                      1,
                      Kernel2d.square(3, 1, 1),
                      Activation.RELU),
                  x);
          var pw1 =
              b.add(
                  "pw1",
                  new PointwiseConvolution(Networks.filter(random, 72, 8), 4, 1, Activation.RELU),
                  stem);
          var pw2 =
              b.add(
                  "pw2",
                  new PointwiseConvolution(
                      Networks.filter(random, 32, 18), 4, 1, Activation.HARD_SWISH),
                  pw1.channelShift(9).then(AddressShift.addressNet(border, 72)),
                  stem);
          var pooled = b.add("pool", new AveragePool(Kernel2d.square(2, 2, 0), true), pw2);
          var depthwise =
              b.add(
                  "depthwise",
                  new Convolution(
                      Networks.filter(random, 32, 1, 3, 3),
                      32,
                      Kernel2d.square(3, 2, 1),
                      Activation.RELU6),
                  pooled);
          var mean = b.add("mean", new GlobalAveragePool(), depthwise);
          return b.add("fc", new Dense(Networks.filter(random, 10, 32), Activation.NONE), mean);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void resultsAreTheSameBitsForAnyNumberOfThreads(int batch) {
    Random random = new Random(batch);
    float[] input = new float[(int) (batch * INPUT.elements())];
    for (int i = 0; i < input.length; i++) {
      input[i] = random.nextFloat() - 0.5f;
    }
    try (CpuVectorBackend backend = Networks.backend(512)) {
      for (Border border : Border.values()) {
        Network network = network(border);
        float[] alone = Networks.run(backend, network, 1, input);
        for (int threads = 2; threads <= 4; threads++) {
          for (int again = 0; again < 3; again++) {
            assertArrayEquals(alone, Networks.run(backend, network, threads, input));
          }
        }
      }
    }
  }

  @Test
  void everyPartRunsOnce() {
    AtomicIntegerArray counts = new AtomicIntegerArray(1000);
    Task task = new PlaneTask(counts.length(), (channel, base) -> counts.incrementAndGet(channel));
    try (Arena arena = Arena.ofShared();
        WorkerPool pool = new WorkerPool(4, arena, 0)) {
      for (int i = 1; i <= 2000; i++) {
        pool.run(task, 0);
        for (int c = 0; c < counts.length(); c++) {
          assertEquals(i, counts.get(c));
        }
      }
    }
  }

  @Test
  void aFailureOfAWorkerReachesTheCaller() {
    Task task =
        new PlaneTask(
            64,
            (channel, base) -> {
              throw new UnsupportedOperationException("part " + channel);
            });
    try (Arena arena = Arena.ofShared();
        WorkerPool pool = new WorkerPool(3, arena, 0)) {
      for (int i = 0; i < 10; i++) {
        assertThrows(IllegalStateException.class, () -> pool.run(task, 0));
      }
    }
  }

  @Test
  void closingEndsTheThreads() {
    try (CpuVectorBackend backend = Networks.backend(256)) {
      Networks.run(backend, network(Border.RING), 3, new float[(int) INPUT.elements()]);
    }
    assertEquals(
        0,
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("shiftwise-cpu-"))
            .count());
  }
}
