package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;

/**
 * What an {@link OutputTile} is compiled for.
 *
 * @param bits width of vectors over outputs, at most a block
 * @param blocks blocks of outputs
 * @param pixels neighbouring pixels
 * @param stride floats from one input's weights to the next
 */
record OutputShape(int bits, int blocks, int pixels, int stride) implements TileShape<OutputTile> {
  int lanes() {
    return bits / Float.SIZE;
  }

  @Override
  public Class<OutputTile> type() {
    return OutputTile.class;
  }

  @Override
  public String name() {
    return "OutputTile" + blocks + "x" + pixels;
  }

  @Override
  public TileCode code(CodeBuilder code) {
    return new OutputTileCode(code, this);
  }

  @Override
  public Rehearsal rehearsal(OutputTile tile) {
    return Rehearsal.of(tile, this);
  }
}
