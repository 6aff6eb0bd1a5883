package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;

/**
 * What a tile is compiled for.
 *
 * @param <T> the kind of tile
 */
sealed interface TileShape<T> permits PixelShape, OutputShape, WindowShape, RowsShape {

  /** Returns the interface of the tile, with one method {@code run}. */
  Class<T> type();

  /** Returns a name for the class: what tells its kind and size to who reads a profile. */
  String name();

  /** Returns what writes the code. */
  TileCode code(CodeBuilder code);

  /** Returns a short call of a tile of this shape. */
  Rehearsal rehearsal(T tile);
}
