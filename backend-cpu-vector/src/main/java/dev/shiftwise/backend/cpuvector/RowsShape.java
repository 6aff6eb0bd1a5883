package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;

/**
 * What a {@link RowsTile} is compiled for.
 *
 * @param bits vector width
 * @param stride 1, or 2 for every second element
 * @param count elements of a row
 * @param inPitch bytes from one row to the next where they are read
 * @param outPitch likewise where they are written
 * @param padding what is written behind a row shorter than a vector
 */
record RowsShape(int bits, int stride, int count, long inPitch, long outPitch, float padding)
    implements TileShape<RowsTile> {
  int lanes() {
    return bits / Float.SIZE;
  }

  @Override
  public Class<RowsTile> type() {
    return RowsTile.class;
  }

  @Override
  public String name() {
    return "RowsTile" + count;
  }

  @Override
  public TileCode code(CodeBuilder code) {
    return new RowsTileCode(code, this);
  }

  @Override
  public Rehearsal rehearsal(RowsTile tile) {
    return Rehearsal.of(tile, this);
  }
}
