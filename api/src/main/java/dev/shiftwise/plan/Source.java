package dev.shiftwise.plan;

import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.NormalMap;
import dev.shiftwise.view.Read;

/**
 * What a step reads: a value's place and the view of it.
 *
 * @param placement where the value stands
 * @param map the view, over the value's shape
 */
public record Source(Placement placement, AddressMap map) {

  /**
   * Returns where a channel of the view starts in image 0, in elements of the slab: its pixel
   * {@code p} is the element {@code flat(channel) + p}. Holds for windows, and under a layout with
   * guards for every operand but a {@code Copy}'s, whose view may be anything.
   *
   * @throws IllegalStateException if the view has no normal form
   */
  public long flat(int channel) {
    if (!(map instanceof NormalMap normal)) {
      throw new IllegalStateException("view " + map + " has no normal form, only Copy reads it");
    }
    long plane = placement.plane(normal.plane(channel));
    return switch (normal.read(channel)) {
      case Read.Whole _ -> plane;
      case Read.Ring(long offset) -> plane + offset;
      case Read.Zero(var by) -> plane + by.offset(placement.shape().width());
    };
  }

  /**
   * Visits the whole view as the longest pieces that stand together in the slab.
   *
   * @param visitor receives the index in the view, the element of the slab for image 0 (or {@link
   *     AddressMap#NOWHERE} for zeros) and the length
   */
  public void forEachPiece(AddressMap.PieceVisitor visitor) {
    if (placement.isDense()) {
      map.forEachPiece(
          (to, from, length) ->
              visitor.piece(
                  to, from == AddressMap.NOWHERE ? from : placement.offset() + from, length));
    } else {
      map.forEachPiece((to, from, length) -> piecesOfPlanes(visitor, to, from, length));
    }
  }

  private void piecesOfPlanes(AddressMap.PieceVisitor visitor, long to, long from, long length) {
    if (from == AddressMap.NOWHERE) {
      visitor.piece(to, from, length);
      return;
    }
    long plane = placement.shape().plane();
    for (long done = 0; done < length; ) {
      long index = from + done;
      long part = Math.min(length - done, plane - index % plane);
      visitor.piece(
          to + done,
          placement.offset() + index / plane * placement.planePitch() + index % plane,
          part);
      done += part;
    }
  }
}
