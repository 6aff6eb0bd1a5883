package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Network;
import dev.shiftwise.view.FeatureMap;
import org.jspecify.annotations.Nullable;

/** A tuning with a network of one input {@code x} and one output {@code y}, to be timed. */
final class Trial implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Trial.class.getName());

  private final Tuning tuning;
  private @Nullable Session session;
  private @Nullable FeatureMap input;
  private @Nullable FeatureMap output;
  private double best = Double.POSITIVE_INFINITY;

  /** Compiles, if the device can do it this way. */
  Trial(Tuning tuning, Backend backend, Network network) {
    this.tuning = tuning;
    try {
      session = backend.compile(network, CompileOptions.DEFAULT);
    } catch (BackendException e) {
      fail(e);
    }
  }

  Tuning tuning() {
    return tuning;
  }

  /** Returns the least nanoseconds of a run; endless if the device cannot do it this way. */
  double best() {
    return best;
  }

  boolean runs() {
    return session != null;
  }

  /** Forgets the times so far. */
  void forget() {
    best = Double.POSITIVE_INFINITY;
  }

  /** Runs once; does nothing if the device cannot. */
  void run() {
    if (session == null) {
      return;
    }
    try {
      if (input == null || output == null) {
        input = session.allocate("x");
        output = session.allocate("y");
      }
      long start = System.nanoTime();
      session.run(input, output);
      best = Math.min(best, (double) (System.nanoTime() - start));
    } catch (BackendException e) {
      fail(e);
    }
  }

  private void fail(BackendException e) {
    LOG.log(System.Logger.Level.DEBUG, "not on this device: " + tuning, e);
    forget();
    close();
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
