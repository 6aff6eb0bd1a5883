package dev.shiftwise.backend.cpuvector;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** The tiles of one program; those of the backend that it uses. */
final class ProgramTiles {
  private final TileCompiler compiler;
  private final Set<Rehearsal> rehearsals = new LinkedHashSet<>();

  ProgramTiles(TileCompiler compiler) {
    this.compiler = compiler;
  }

  /** Returns the tile of a shape. */
  <T> T tile(TileShape<T> shape) {
    TileCompiler.Made<T> made = compiler.tile(shape);
    rehearsals.add(made.rehearsal());
    return made.tile();
  }

  /** Returns a rehearsal of each that was asked for. */
  Set<Rehearsal> rehearsals() {
    return Collections.unmodifiableSet(rehearsals);
  }

  /** Returns an empty set of the same backend's tiles. */
  ProgramTiles another() {
    return new ProgramTiles(compiler);
  }
}
