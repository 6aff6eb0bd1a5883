package dev.shiftwise.bench;

/**
 * What is timed against others.
 *
 * @param engine what runs it
 * @param variant what is run
 */
record Entrant(Engine engine, Variant variant) {

  /** Returns the variant's name, unique among those it is timed with. */
  String name() {
    return variant.name();
  }

  /** Prepares it. */
  Engine.Compiled compile(int batch, int threads) {
    return engine.compile(variant, batch, threads);
  }
}
