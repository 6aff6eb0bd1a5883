package dev.shiftwise.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Times contenders side by side. Each round gives every contender one slice of time, in an order
 * that moves on from round to round; what counts is the ratio of the two times of one round ({@link
 * Samples#ratioTo}), since a busy neighbour or a changing clock then touches both.
 *
 * <p>Before that come rounds of warm-up, until every contender has been called some hundred times
 * and none gets faster any more, or until the time for it is spent; {@link Result#steady} says
 * which.
 *
 * <pre>{@code
 * Result result = InterleavedTiming.QUICK.measure(
 *     List.of(new Contender("shift", session::run), new Contender("shuffle", other::run)));
 * double ratio = result.of("shuffle").ratioTo(result.of("shift"));
 * }</pre>
 *
 * @param rounds rounds that count, at least 1
 * @param slice how long a contender runs in each round: as many calls as fill it, at least one
 * @param warmUp the longest warm-up of all contenders together
 * @param rest how long nobody runs before each slice that counts, but for its first call: threads
 *     of one contender may spin a while after its last call, and would take the processors from the
 *     next
 */
public record InterleavedTiming(int rounds, Duration slice, Duration warmUp, Duration rest) {

  /** A first look: about a third of a second for two contenders, up to two of warm-up before. */
  public static final InterleavedTiming QUICK =
      new InterleavedTiming(21, Duration.ofMillis(8), Duration.ofSeconds(2), Duration.ZERO);

  /** For figures to quote: up to five seconds of warm-up, then 61 rounds of 20 ms. */
  public static final InterleavedTiming THOROUGH =
      new InterleavedTiming(61, Duration.ofMillis(20), Duration.ofSeconds(5), Duration.ZERO);

  /** Rounds of warm-up that are compared with as many rounds before them. */
  private static final int WINDOW = 5;

  /** A contender is steady when its last rounds are less than this share faster than before. */
  private static final double STEADY = 0.02;

  /**
   * One of the things to compare.
   *
   * @param name unique among the contenders
   * @param run one call; it should take at least a microsecond
   */
  public record Contender(String name, Runnable run) {}

  /**
   * What was measured.
   *
   * @param samples one entry a contender, in their order
   * @param steady whether the warm-up ended because nothing got faster any more
   */
  public record Result(List<Samples> samples, boolean steady) {

    /** Copies the list. */
    public Result {
      samples = List.copyOf(samples);
    }

    /**
     * Returns a contender's samples.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public Samples of(String name) {
      return samples.stream()
          .filter(one -> one.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "there is no contender '"
                          + name
                          + "', wanted one of "
                          + samples.stream().map(Samples::name).toList()));
    }
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if there is no round or no time
   */
  public InterleavedTiming {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds is " + rounds + ", wanted at least 1");
    }
    if (slice.isNegative() || slice.isZero() || warmUp.isNegative() || rest.isNegative()) {
      throw new IllegalArgumentException(
          "slice is %s, warmUp %s and rest %s, wanted times above 0"
              .formatted(slice, warmUp, rest));
    }
  }

  /** Returns this with another rest. */
  public InterleavedTiming withRest(Duration newRest) {
    return new InterleavedTiming(rounds, slice, warmUp, newRest);
  }

  /**
   * Returns how long so many contenders take: all rounds, and three quarters of the longest
   * warm-up, which ends after half of it at the earliest.
   */
  Duration planned(int contenders) {
    return slice
        .plus(rest)
        .multipliedBy(Math.multiplyExact(rounds, contenders))
        .plus(warmUp.multipliedBy(3).dividedBy(4));
  }

  /**
   * Times the contenders on the calling thread.
   *
   * @param contenders at least one, with different names
   * @throws IllegalArgumentException if there is none or a name occurs twice
   */
  public Result measure(List<Contender> contenders) {
    requireNames(contenders);
    int[] calls = new int[contenders.size()];
    boolean steady = warmUp(contenders, calls);
    double[][] nanos = new double[contenders.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < calls.length; turn++) {
        int who = (round + turn) % calls.length;
        rest(contenders.get(who).run());
        nanos[who][round] = time(contenders.get(who).run(), calls[who]);
      }
    }
    List<Samples> samples = new ArrayList<>();
    for (int i = 0; i < nanos.length; i++) {
      samples.add(new Samples(contenders.get(i).name(), nanos[i]));
    }
    return new Result(samples, steady);
  }

  /** Runs until steady or out of time, and finds how many calls of each contender fill a slice. */
  private boolean warmUp(List<Contender> contenders, int[] calls) {
    long end = System.nanoTime() + warmUp.toNanos();
    // Times stand still while the just-in-time compiler is at work, and fall when it is done.
    long halfway = end - warmUp.toNanos() / 2;
    List<double[]> history = new ArrayList<>();
    do {
      double[] times = new double[calls.length];
      for (int i = 0; i < calls.length; i++) {
        Runnable run = contenders.get(i).run();
        times[i] = time(run, Math.max(1, calls[i]));
        calls[i] = Math.clamp((long) (slice.toNanos() / times[i]), 1, 1_000_000);
      }
      history.add(times);
      if (System.nanoTime() > halfway && isSteady(history)) {
        return true;
      }
    } while (System.nanoTime() < end);
    return false;
  }

  private static boolean isSteady(List<double[]> history) {
    int size = history.size();
    if (size < 2 * WINDOW) {
      return false;
    }
    for (int who = 0; who < history.getFirst().length; who++) {
      double before = median(history.subList(size - 2 * WINDOW, size - WINDOW), who);
      double now = median(history.subList(size - WINDOW, size), who);
      if (now < before * (1 - STEADY)) {
        return false;
      }
    }
    return true;
  }

  private static double median(List<double[]> rounds, int who) {
    return Samples.quantile(rounds.stream().mapToDouble(times -> times[who]).toArray(), 0.5);
  }

  private void rest(Runnable run) {
    if (rest.isPositive()) {
      LockSupport.parkNanos(rest.toNanos());
      run.run();
    }
  }

  private static double time(Runnable run, int calls) {
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      run.run();
    }
    return Math.max(1, System.nanoTime() - start) / (double) calls;
  }

  private static void requireNames(List<Contender> contenders) {
    if (contenders.isEmpty()) {
      throw new IllegalArgumentException("there are 0 contenders, wanted at least 1");
    }
    long names = contenders.stream().map(Contender::name).distinct().count();
    if (names != contenders.size()) {
      throw new IllegalArgumentException(
          "contenders are "
              + contenders.stream().map(Contender::name).toList()
              + ", wanted different names");
    }
  }
}
