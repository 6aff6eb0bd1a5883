package dev.shiftwise.backend;

import java.util.List;

/**
 * A compiled network as a backend runs it. {@link Session} stands in front of it: it checks the
 * bindings, lets one run in at a time and closes the program when no run is left, so an
 * implementation needs no checks of its own.
 */
public interface Program extends AutoCloseable {

  /**
   * Runs the network on the first {@code bindings.batch()} images. The caller's memory may be
   * touched by checked copies on the calling thread only, and not after this returns: raw addresses
   * are for memory that the program owns.
   */
  void run(Bindings bindings);

  /**
   * Returns the time of each step since compiling; empty unless the options asked for a profile.
   */
  default List<StepTime> profile() {
    return List.of();
  }

  /**
   * Returns how inputs and outputs cross, a line for people, for example {@code staged by copy}.
   */
  String transfer();

  /** Frees the slab, the weights and any threads. Called once, with no run under way. */
  @Override
  void close();
}
