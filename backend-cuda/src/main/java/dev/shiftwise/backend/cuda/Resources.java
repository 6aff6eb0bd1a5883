package dev.shiftwise.backend.cuda;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a program has to release, last taken first; also when loading it fails half-way. */
final class Resources implements AutoCloseable {
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Adds what is to be done at the end. */
  void add(Runnable release) {
    releases.push(release);
  }

  /** Releases everything, also what comes after one that fails. */
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
