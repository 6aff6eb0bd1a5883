package dev.shiftwise.conformance;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** SPEC section 5: lifetimes and threads. Nothing a caller closes or races may crash the JVM. */
final class LifetimeRules {
  private static final Shape SHAPE = SessionRules.SHAPE;
  private static final int CLOSES = 1000;

  private LifetimeRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("SESSION-16", "closed memory is refused", LifetimeRules::closedMemory),
        Rule.of("SESSION-17", "memory of another thread is refused", LifetimeRules::foreignMemory),
        Rule.of("SESSION-18", "a closed session refuses every use", LifetimeRules::closedSession),
        Rule.of("SESSION-19", "a session runs one call at a time", LifetimeRules::oneAtATime),
        Rule.of("SESSION-20", "close waits for a run under way", LifetimeRules::closeWaits),
        Rule.of("SESSION-21", "sessions run side by side", LifetimeRules::sideBySide),
        Rule.of("SESSION-22", "an arena closed during a run is no crash", LifetimeRules::closing),
        Rule.of("SESSION-23", "any thread may run a session", LifetimeRules::anyThread));
  }

  // ---- memory ----

  private static void closedMemory(Trial trial) {
    try (Arena arena = Arena.ofConfined();
        Compiled compiled = trial.compile(Nets.copy(SHAPE), 1)) {
      FeatureMap open = FeatureMap.allocate(arena, 1, SHAPE);
      for (boolean shared : new boolean[] {false, true}) {
        FeatureMap closed;
        try (Arena gone = shared ? Arena.ofShared() : Arena.ofConfined()) {
          closed = FeatureMap.allocate(gone, 1, SHAPE);
          compiled.run(open, closed);
        }
        trial.refuses(
            IllegalStateException.class,
            List.of("input", Nets.INPUT, "closed"),
            "a closed input",
            () -> compiled.run(closed, open));
        trial.refuses(
            IllegalStateException.class,
            List.of("output", Nets.OUTPUT, "closed"),
            "a closed output",
            () -> compiled.run(open, closed));
      }
    }
  }

  private static void foreignMemory(Trial trial) throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor();
        Arena own = Arena.ofConfined();
        Compiled compiled = trial.compile(Nets.copy(SHAPE), 1)) {
      Arena foreign = other.submit(() -> Arena.ofConfined()).get();
      FeatureMap theirs = other.submit(() -> FeatureMap.allocate(foreign, 1, SHAPE)).get();
      FeatureMap ours = FeatureMap.allocate(own, 1, SHAPE);
      trial.refuses(
          WrongThreadException.class,
          List.of("input", Nets.INPUT, "thread"),
          "an input of another thread",
          () -> compiled.run(theirs, ours));
      trial.refuses(
          WrongThreadException.class,
          List.of("output", Nets.OUTPUT, "thread"),
          "an output of another thread",
          () -> compiled.run(ours, theirs));
      other.submit(foreign::close).get();
    }
  }

  // ---- sessions ----

  private static void closedSession(Trial trial) {
    try (Arena arena = Arena.ofConfined()) {
      FeatureMap in = FeatureMap.allocate(arena, 1, SHAPE);
      FeatureMap out = FeatureMap.allocate(arena, 1, SHAPE);
      Compiled compiled = trial.compile(Nets.copy(SHAPE), 1);
      FeatureMap given = compiled.allocate(Nets.INPUT);
      compiled.run(given, out);
      compiled.close();
      compiled.close();
      trial.refuses(
          IllegalStateException.class,
          List.of("closed"),
          "a run of a closed session",
          () -> compiled.run(in, out));
      trial.refuses(
          IllegalStateException.class,
          List.of("closed"),
          "memory from a closed session",
          () -> compiled.allocate(Nets.INPUT));
      trial.check(
          !given.segment().scope().isAlive(), () -> "the session's memory outlives the session");
    }
  }

  /** Times that two threads run one session at once. */
  private static final int ATTEMPTS = 2;

  /** Two threads that run nothing else are sure to meet in it. */
  private static final long LONG_ENOUGH = TimeUnit.SECONDS.toNanos(2);

  /** A session whose run takes some milliseconds, on any backend. */
  private record Slow(Compiled compiled, FeatureMap in, FeatureMap out, long nanos)
      implements AutoCloseable {
    private static final Shape WIDE = Shape.of(64, 32, 32);
    private static final int MOST = 64;
    private static final long WANTED = TimeUnit.MILLISECONDS.toNanos(20);

    /** Tries larger and larger batches until one takes long enough. */
    static Slow of(Trial trial, Arena arena) {
      Network network =
          Nets.of(
              WIDE,
              (b, x) -> {
                Operand y = x;
                for (int i = 0; i < 4; i++) {
                  y =
                      b.add(
                          "n" + i, Nets.pointwise(Numbers.INTEGERS, trial.random(), 64, 64, 8), y);
                }
                return y;
              });
      Compiled compiled =
          trial.compile(network, CompileOptions.DEFAULT.withMaxBatch(MOST).withThreads(1));
      for (int batch = 1; ; batch *= 2) {
        FeatureMap in = FeatureMap.allocate(arena, batch, WIDE);
        FeatureMap out = FeatureMap.allocate(arena, batch, WIDE);
        compiled.run(in, out);
        long start = System.nanoTime();
        compiled.run(in, out);
        long nanos = System.nanoTime() - start;
        if (nanos >= WANTED || batch == MOST) {
          return new Slow(compiled, in, out, nanos);
        }
      }
    }

    @Override
    public void close() {
      compiled.close();
    }
  }

  private static void oneAtATime(Trial trial) throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor();
        Arena arena = Arena.ofShared();
        Slow slow = Slow.of(trial, arena)) {
      FeatureMap in = slow.in();
      FeatureMap secondOut = FeatureMap.allocate(arena, slow.out().batch(), slow.out().shape());
      Compiled compiled = slow.compiled();
      requireRefusals(
          trial,
          "by name",
          other,
          slow,
          () -> {
            compiled.run(Map.of(Nets.INPUT, in), Map.of(Nets.OUTPUT, secondOut));
          });
      requireRefusals(trial, "by shorthand", other, slow, () -> compiled.run(in, secondOut));
      compiled.run(in, slow.out());
    }
  }

  /**
   * Calls a session while it runs on another thread, again and again on both, since a run may have
   * become too short to meet by a single call. Whichever of the two comes later must be refused.
   */
  private static void requireRefusals(
      Trial trial, String how, ExecutorService other, Slow slow, Runnable second) throws Exception {
    int refused = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      CountDownLatch started = new CountDownLatch(1);
      AtomicBoolean met = new AtomicBoolean();
      long end = System.nanoTime() + LONG_ENOUGH;
      Future<?> first =
          other.submit(
              () -> {
                started.countDown();
                callUntilMet(() -> slow.compiled().run(slow.in(), slow.out()), met, end);
              });
      started.await();
      callUntilMet(second, met, end);
      first.get();
      refused += met.get() ? 1 : 0;
    }
    int seen = refused;
    trial.check(
        seen == ATTEMPTS,
        () -> "only " + seen + " of " + ATTEMPTS + " calls " + how + " during a run were refused");
  }

  private static void callUntilMet(Runnable call, AtomicBoolean met, long end) {
    while (!met.get() && System.nanoTime() < end) {
      if (isRefused(call)) {
        met.set(true);
      }
    }
  }

  private static boolean isRefused(Runnable run) {
    try {
      run.run();
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  private static void closeWaits(Trial trial) throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor();
        Arena arena = Arena.ofShared()) {
      for (int attempt = 0; attempt < 6; attempt++) {
        Slow slow = Slow.of(trial, arena);
        MemorySegment out = slow.out().segment();
        out.fill((byte) 0x11);
        CountDownLatch started = new CountDownLatch(1);
        Future<Boolean> run =
            other.submit(
                () -> {
                  started.countDown();
                  return isRefused(() -> slow.compiled().run(slow.in(), slow.out()));
                });
        started.await();
        LockSupport.parkNanos(slow.nanos() / 8);
        slow.close();
        // From here on nothing may be written: whatever ran has finished.
        int[] atClose = out.toArray(Buffers.BITS);
        boolean refused = run.get();
        LockSupport.parkNanos(slow.nanos());
        trial.check(
            out.mismatch(MemorySegment.ofArray(atClose)) < 0,
            () -> "a run wrote its output after close had returned");
        boolean written = out.get(Buffers.BITS, out.byteSize() - 4) != 0x11111111;
        trial.check(
            refused != written,
            () -> "a run that was " + (refused ? "refused wrote" : "finished did not write"));
      }
    }
  }

  private static void sideBySide(Trial trial) throws Exception {
    Network network = SessionRules.network(trial, Numbers.INTEGERS);
    Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.INTEGERS);
    List<RealImage> wanted =
        ReferenceEvaluator.evaluate(network, inputs, 2).values().iterator().next();
    int sessions = 4;
    List<Compiled> compiled = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(sessions)) {
      for (int i = 0; i < sessions; i++) {
        CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(2).withThreads(1 + i % 2);
        compiled.add(trial.compile(network, options));
      }
      List<Future<List<int[]>>> results = new ArrayList<>();
      CyclicBarrier together = new CyclicBarrier(sessions);
      for (Compiled session : compiled) {
        results.add(
            pool.submit(
                () -> {
                  List<int[]> found = new ArrayList<>();
                  together.await(10, TimeUnit.SECONDS);
                  for (int run = 0; run < 10; run++) {
                    found.add(SessionRules.run(network, session, inputs, 2));
                  }
                  return found;
                }));
      }
      for (Future<List<int[]>> result : results) {
        for (int[] found : result.get()) {
          trial.compare(network, "side by side", wanted, found);
        }
      }
    } finally {
      compiled.forEach(Compiled::close);
    }
  }

  /** The caller's arena is closed by another thread at any moment of a run, again and again. */
  private static void closing(Trial trial) throws Exception {
    Network network = SessionRules.network(trial, Numbers.INTEGERS);
    Map<String, int[]> inputs = trial.inputs(network, 2, Numbers.INTEGERS);
    int[] bits = inputs.values().iterator().next();
    Shape result = Shape.of(7, SHAPE.height(), SHAPE.width());
    try (ExecutorService other = Executors.newSingleThreadExecutor();
        Compiled compiled =
            trial.compile(network, CompileOptions.DEFAULT.withMaxBatch(2).withThreads(2))) {
      for (int i = 0; i < CLOSES; i++) {
        Arena arena = Arena.ofShared();
        FeatureMap in = FeatureMap.of(Buffers.copyOf(arena, bits), 2, SHAPE);
        FeatureMap out = FeatureMap.allocate(arena, 2, result);
        long wait = trial.random().nextLong(60_000);
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Void> closed =
            CompletableFuture.runAsync(
                () -> {
                  started.countDown();
                  long end = System.nanoTime() + wait;
                  while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                  }
                  close(arena);
                },
                other);
        started.await();
        String ending = ending(() -> compiled.run(in, out));
        // The JVM interrupts a thread when it takes memory away from under its copy.
        Thread.interrupted();
        trial.check(
            ending.isEmpty(), () -> "a run whose memory was closed meanwhile ended in " + ending);
        await(closed);
      }
      // After all that the session still computes.
      try (Buffers buffers = Buffers.of(network, inputs, 2)) {
        compiled.run(buffers.inputs(), buffers.outputs());
        trial.compare(network, inputs, 2, buffers);
      }
    }
  }

  /** Returns how a run ended if it neither finished nor was refused. */
  private static String ending(Runnable run) {
    try {
      run.run();
      return "";
    } catch (IllegalStateException e) {
      return "";
    } catch (RuntimeException | Error e) {
      return e.toString();
    }
  }

  /** An arena refuses to close while a copy holds it; then it is tried again. */
  private static void close(Arena arena) {
    while (true) {
      try {
        arena.close();
        return;
      } catch (IllegalStateException e) {
        Thread.onSpinWait();
      }
    }
  }

  private static void await(Future<?> future) throws InterruptedException {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new AssertionError("closing the arena failed: " + e.getCause(), e);
    }
  }

  private static void anyThread(Trial trial) throws Exception {
    Network network = SessionRules.network(trial, Numbers.INTEGERS);
    Map<String, int[]> inputs = trial.inputs(network, 1, Numbers.INTEGERS);
    List<RealImage> wanted =
        ReferenceEvaluator.evaluate(network, inputs, 1).values().iterator().next();
    try (Compiled compiled = trial.compile(network, 1)) {
      for (int i = 0; i < 3; i++) {
        try (ExecutorService fresh =
            i == 2
                ? Executors.newVirtualThreadPerTaskExecutor()
                : Executors.newSingleThreadExecutor()) {
          int[] found = fresh.submit(() -> SessionRules.run(network, compiled, inputs, 1)).get();
          trial.compare(network, "thread " + i, wanted, found);
        }
      }
    }
  }
}
