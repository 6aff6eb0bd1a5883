package dev.shiftwise.backend.cpuvector;

import java.lang.classfile.CodeBuilder;
import java.util.List;

/**
 * What a {@link WindowTile} is compiled for.
 *
 * @param bits vector width
 * @param kind what becomes of the taps
 * @param taps for each tap where the first output's element stands, bytes from that of the first
 * @param first whether these are the window's first taps; others go on from what these have left
 * @param last whether they are its last
 * @param pitch bytes from one row of the padded plane to the next
 * @param width outputs of a row
 * @param rows rows of outputs that are computed together
 * @param clamp applied behind the last tap
 */
record WindowShape(
    int bits,
    Kind kind,
    List<Long> taps,
    boolean first,
    boolean last,
    int pitch,
    int width,
    int rows,
    Clamp clamp)
    implements TileShape<WindowTile> {

  /** What becomes of the taps. */
  enum Kind {
    /** A bias and weighted taps are added up. */
    WEIGHTED_SUM,
    /** The taps are added up, and each sum is multiplied by a factor of its place. */
    SCALED_SUM,
    /** The largest is taken, NaN if one is. */
    MAX
  }

  WindowShape withRows(int together) {
    return new WindowShape(bits, kind, taps, first, last, pitch, width, together, clamp);
  }

  int lanes() {
    return bits / Float.SIZE;
  }

  /** Returns the vectors of a row. */
  int vectors() {
    return Math.ceilDiv(width, lanes());
  }

  /** Returns the bytes from one row of sums that are left for another tile to the next. */
  int partialPitch() {
    return vectors() * bits / Byte.SIZE;
  }

  @Override
  public Class<WindowTile> type() {
    return WindowTile.class;
  }

  @Override
  public String name() {
    return "WindowTile" + taps.size() + "x" + width;
  }

  @Override
  public TileCode code(CodeBuilder code) {
    return new WindowTileCode(code, this);
  }

  @Override
  public Rehearsal rehearsal(WindowTile tile) {
    return Rehearsal.of(tile, this);
  }
}
