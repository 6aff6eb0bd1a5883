package dev.shiftwise.backend;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a {@link Program} has to release, last taken first; also when loading it fails half-way. For
 * backends whose memory no arena holds. To be used by one thread at a time.
 */
public final class Resources implements AutoCloseable {
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Makes an empty one. */
  public Resources() {}

  /** Adds what is to be done at the end, before all that was added earlier. */
  public void add(Runnable release) {
    releases.push(release);
  }

  /**
   * Releases everything, also what comes after one that fails; a second call does nothing.
   *
   * @throws RuntimeException the first failure, with the others suppressed in it
   */
  @Override
  public void close() {
    RuntimeException failed = null;
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException e) {
        if (failed == null) {
          failed = e;
        } else {
          failed.addSuppressed(e);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
