package dev.shiftwise.architecture.samples;

import dev.shiftwise.architecture.Neighbour;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/** Breaks every rule once. */
public final class Careless {
  private static final AtomicInteger CALLS = new AtomicInteger();
  private static int last;

  private Careless() {}

  /**
   * Changes static state, prints, logs through java.util.logging and uses a package to its right.
   */
  public static void run() {
    last = CALLS.incrementAndGet();
    System.out.println(last);
    Logger.getLogger("careless").info(Neighbour.class::getName);
  }
}
