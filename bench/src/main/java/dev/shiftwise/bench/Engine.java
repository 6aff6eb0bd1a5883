package dev.shiftwise.bench;

import dev.shiftwise.network.Network;
import dev.shiftwise.plan.MemoryPlan;
import java.util.Optional;

/** What runs networks that are timed: a backend, or a peer beside it. */
interface Engine {

  /** Returns its name as messages give it. */
  String name();

  /**
   * Prepares a network of one input and one output.
   *
   * @param batch images of every run
   * @param threads threads that compute
   */
  Compiled compile(Network network, int batch, int threads);

  /**
   * Prepares a variant: its network, unless this engine reads the file that it came from.
   *
   * @throws PeerException if it cannot run it
   */
  default Compiled compile(Variant variant, int batch, int threads) {
    return compile(variant.network(), batch, threads);
  }

  /** A network that is ready to run, with memory for its input and its output. */
  interface Compiled extends AutoCloseable {

    /** Stores the input of all images, dense. */
    void setInput(float[] images);

    /** Runs once: what is timed. */
    void run();

    /** Returns the output of the last run, all images, dense. */
    float[] output();

    /** Returns where everything lives; empty if it does not tell. */
    default Optional<MemoryPlan> plan() {
      return Optional.empty();
    }

    @Override
    void close();
  }
}
