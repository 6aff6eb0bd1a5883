package dev.shiftwise.bench;

import java.util.Optional;

/** A library of others that runs the same convolutions on the processor. */
interface Peer extends Engine {

  /** Says why it cannot be had here and what to do; empty if it can. Loads what it needs. */
  Optional<String> missing();

  /** Returns its version; to be asked only if it is not {@link #missing}. */
  String version();

  /** Returns whether it is for whole networks too, and not only for chains of convolutions. */
  default boolean runsNetworks() {
    return true;
  }
}
