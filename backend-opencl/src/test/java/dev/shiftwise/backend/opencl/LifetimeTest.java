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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
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

  /** A load is held where it tells that it is done, in no other lock, as long as the test wants. */
  @Test
  void closeWaitsForALoadUnderWay() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Logger program = Logger.getLogger(OpenClProgram.class.getName());
    Handler holding = new Holding(loading, goOn);
    Level before = program.getLevel();
    program.setLevel(Level.ALL);
    program.addHandler(holding);
    VariantProvider provider =
        new VariantProvider(facts -> facts, Tuning.of(new Tiling(4, 1, 4, 1), 1));
    Backend backend = provider.open(Driver.devices().getFirst());
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      try {
        Future<Session> session = threads.submit(() -> backend.compile(network()));
        loading.await();
        Future<?> close = threads.submit(backend::close);
        assertThrows(TimeoutException.class, () -> close.get(300, TimeUnit.MILLISECONDS));
        goOn.countDown();
        close.get();
        try (Session compiled = session.get()) {
          float[] output = new float[(int) SHAPE.elements()];
          compiled.run(new Samples(2).values(SHAPE.elements()), output);
        }
      } finally {
        // Whatever went wrong, the pool ends only when no load is held.
        goOn.countDown();
      }
    } finally {
      program.removeHandler(holding);
      program.setLevel(before);
    }
  }

  /** Lets whoever logs wait. */
  private static final class Holding extends Handler {
    private final CountDownLatch reached;
    private final CountDownLatch goOn;

    Holding(CountDownLatch reached, CountDownLatch goOn) {
      this.reached = reached;
      this.goOn = goOn;
    }

    @Override
    public void publish(LogRecord line) {
      reached.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
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
