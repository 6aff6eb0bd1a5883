package dev.shiftwise.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A compiled network as a backend runs it. {@link Session} stands in front of it: it checks the
 * bindings, lets one run in at a time and closes the program when no run is left, so an
 * implementation needs no checks of its own.
 */
public interface Program extends AutoCloseable {
  /** The alignment of memory that needs no other: a cache line, in bytes. */
  long ALIGNMENT = 64;

  /**
   * Runs the network on the first {@code bindings.batch()} images. The caller's memory may be
   * touched by checked copies on the calling thread only, and not after this returns: raw addresses
   * are for memory that the program owns or has given out ({@link #allocate}).
   */
  void run(Bindings bindings);

  /**
   * Returns native memory of zeros for {@link Session#allocate}, which lives as long as the arena.
   * A backend whose device can read and write it in place gives such memory. May be called by any
   * thread, also during a run.
   */
  default MemorySegment allocate(Arena arena, long bytes) {
    return arena.allocate(bytes, ALIGNMENT);
  }

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
