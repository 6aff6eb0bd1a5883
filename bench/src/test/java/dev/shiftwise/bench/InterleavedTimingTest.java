package dev.shiftwise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.bench.InterleavedTiming.Contender;
import dev.shiftwise.bench.InterleavedTiming.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class InterleavedTimingTest {
  private static final InterleavedTiming SHORT =
      new InterleavedTiming(9, Duration.ofMillis(1), Duration.ofMillis(50), Duration.ZERO);

  @Test
  void ratioIsTheMedianOfThePairsNotOfTheTimes() {
    Samples base = new Samples("base", new double[] {1, 2, 100});
    Samples other = new Samples("other", new double[] {2, 4, 100});
    assertEquals(2, other.ratioTo(base));
    assertEquals(4, other.median());
  }

  @Test
  void quantilesLieBetweenNeighbours() {
    Samples samples = new Samples("x", new double[] {4, 1, 3, 2});
    assertEquals(2.5, samples.median());
    assertEquals(1, samples.best());
    assertEquals((3.25 - 1.75) / 2.5, samples.spread());
    assertEquals(4, Samples.geometricMean(new double[] {2, 8}), 1e-12);
  }

  @Test
  void aContenderThatSleepsLongerTakesLonger() {
    Result result =
        SHORT.measure(
            List.of(
                new Contender("short", () -> pause(200)), new Contender("long", () -> pause(800))));
    double ratio = result.of("long").ratioTo(result.of("short"));
    assertTrue(ratio > 2 && ratio < 8, "ratio " + ratio);
  }

  @Test
  void everyRoundGivesEachContenderATurn() {
    List<String> order = new ArrayList<>();
    // A call longer than the slice: one call a turn, and no time for a steady warm-up.
    InterleavedTiming timing =
        new InterleavedTiming(2, Duration.ofNanos(1), Duration.ofNanos(1), Duration.ZERO);
    Result result =
        timing.measure(
            List.of(
                new Contender("a", () -> order.add("a")),
                new Contender("b", () -> order.add("b"))));
    assertEquals(List.of("a", "b", "a", "b", "b", "a"), order);
    assertEquals(List.of("a", "b"), result.samples().stream().map(Samples::name).toList());
    assertEquals(false, result.steady());
  }

  /** Waking up after a rest takes time, which is nobody's but the rest's. */
  @Test
  void theFirstCallAfterARestDoesNotCount() {
    AtomicLong last = new AtomicLong();
    Contender sleepy =
        new Contender(
            "sleepy",
            () -> {
              pause(System.nanoTime() - last.get() > 2_000_000 ? 3_000 : 10);
              last.set(System.nanoTime());
            });
    InterleavedTiming timing =
        new InterleavedTiming(9, Duration.ofNanos(1), Duration.ofNanos(1), Duration.ofMillis(5));
    assertTrue(timing.measure(List.of(sleepy)).of("sleepy").median() < 1_000_000);
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    assertThrows(IllegalArgumentException.class, () -> SHORT.measure(List.of()));
    Contender one = new Contender("one", () -> {});
    assertThrows(IllegalArgumentException.class, () -> SHORT.measure(List.of(one, one)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new InterleavedTiming(0, Duration.ofMillis(1), Duration.ZERO, Duration.ZERO));
    Samples single = new Samples("x", new double[] {1});
    assertThrows(
        IllegalArgumentException.class,
        () -> single.ratioTo(new Samples("y", new double[] {1, 2})));
  }

  private static void pause(int micros) {
    long end = System.nanoTime() + micros * 1000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
