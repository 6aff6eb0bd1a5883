package dev.shiftwise.backend.cpuvector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import java.lang.foreign.Arena;
import java.util.List;
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

  /**
   * The operators beside convolutions: arithmetic with an operand of one element a plane, a row and
   * a column, gathers of long, short and strided runs, resizing, and every activation both in a
   * kernel's wake and on its own.
   */
  static Network elementwise(Border border) {
    Random random = new Random(4);
    return Networks.network(
        INPUT,
        (b, x) -> {
          var wide =
              b.add(
                  "wide",
                  new PointwiseConvolution(
                      Networks.filter(random, 16, 3), 1, 1, new Activation.LeakyRelu(0.1f)),
                  x);
          var scaled = squeezed(b, random, wide);
          var shifted = scaled.then(AddressShift.addressNet(border, 16));
          var row = b.add("row", picked(scaled, 1, 22), scaled);
          var column = b.add("column", picked(shifted, 2, 0, 28, 7), shifted).window(0, 16);
          var first = b.add("first", picked(column, 2, 0), column);
          var less =
              b.add("less", joined(Arithmetic.Function.SUBTRACT, Activation.NONE), row, shifted);
          var more = b.add("more", joined(Arithmetic.Function.ADD, Activation.SIGMOID), less, row);
          var shares =
              b.add(
                  "shares",
                  joined(Arithmetic.Function.DIVIDE, new Activation.Clip(-2, 2)),
                  more,
                  b.add("positive", new Activate(new Activation.HardSigmoid(0.1f, 0.7f)), first));
          var turned = b.add("turned", Rearrangements.transpose(sizes(shares), 2, 0, 1), shares);
          var smaller =
              b.add(
                  "smaller",
                  Resize.bilinear(turned.shape(), 9, 31, Coordinates.HALF_PIXEL),
                  turned);
          var padded =
              b.add(
                  "padded",
                  Rearrangements.pad(
                      sizes(smaller),
                      List.of(0, 1, 2),
                      List.of(0, 2, 70),
                      Rearrangements.PadMode.REFLECT,
                      0f),
                  smaller);
          var value = padded;
          for (Activation activation :
              List.of(
                  new Activation.Clip(-1, 1.5f),
                  new Activation.LeakyRelu(-0.25f),
                  Activation.SIGMOID,
                  Activation.HARD_SWISH,
                  Activation.HARD_SIGMOID)) {
            value = b.add(activation.toString(), new Activate(activation), value);
          }
          var mean = b.add("mean", new GlobalAveragePool(), value);
          return b.add("fc", new Dense(Networks.filter(random, 10, 29), Activation.SIGMOID), mean);
        });
  }

  /** Squeeze-and-excitation. */
  private static Operand squeezed(NetworkBuilder b, Random random, Operand x) {
    var mean = b.add("squeeze", new GlobalAveragePool(), x);
    var few =
        b.add("fewer", new Dense(Networks.filter(random, 4, 16), Activation.HARD_SWISH), mean);
    var gate =
        b.add("gate", new Dense(Networks.filter(random, 16, 4), Activation.HARD_SIGMOID), few);
    return b.add("scale", joined(Arithmetic.Function.MULTIPLY, Activation.HARD_SWISH), x, gate);
  }

  private static Arithmetic joined(Arithmetic.Function function, Activation activation) {
    return new Arithmetic(function, activation);
  }

  private static List<Integer> sizes(Operand x) {
    return List.of(x.shape().channels(), x.shape().height(), x.shape().width());
  }

  private static Rearrange picked(Operand x, int dimension, int... indices) {
    return Rearrangements.gather(sizes(x), dimension, indices);
  }

  /** Networks that between them have every kind of step. */
  static List<Network> networks(Border border) {
    return List.of(network(border), elementwise(border));
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
        for (Network network : networks(border)) {
          float[] alone = Networks.run(backend, network, 1, input);
          for (int threads = 2; threads <= 4; threads++) {
            for (int again = 0; again < 3; again++) {
              assertArrayEquals(alone, Networks.run(backend, network, threads, input));
            }
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
