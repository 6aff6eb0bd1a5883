package dev.shiftwise.bench;

import java.util.ArrayList;
import java.util.List;

/** Entrants that are compiled; closes them. */
final class ReadyList implements AutoCloseable {
  private final List<Ready> all = new ArrayList<>();

  /**
   * One that is ready to run.
   *
   * @param entrant what it is
   * @param compiled runs it
   */
  record Ready(Entrant entrant, Engine.Compiled compiled) {}

  /** Takes one over. */
  void add(Entrant entrant, Engine.Compiled compiled) {
    all.add(new Ready(entrant, compiled));
  }

  List<Ready> all() {
    return all;
  }

  Ready last() {
    return all.getLast();
  }

  @Override
  public void close() {
    all.forEach(one -> one.compiled().close());
  }
}
