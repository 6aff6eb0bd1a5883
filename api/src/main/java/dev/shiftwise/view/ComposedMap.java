package dev.shiftwise.view;

import dev.shiftwise.tensor.Shape;

/**
 * A view without a normal form, such as RING over unequal offsets or RING over ZERO (SPEC section
 * 2): readable element by element, and by a kernel through one copy.
 *
 * @param inner the view that is viewed once more
 * @param outer the view of it; its source has the shape of {@code inner}
 */
public record ComposedMap(AddressMap inner, AddressMap outer) implements AddressMap {

  ComposedMap(AddressMap inner, ViewStep step) {
    this(inner, AddressMap.identity(inner.shape()).then(step));
  }

  /**
   * Checks that the two fit.
   *
   * @throws IllegalArgumentException if they do not
   */
  public ComposedMap {
    if (!outer.source().equals(inner.shape())) {
      throw new IllegalArgumentException(
          "outer views " + outer.source() + ", wanted the inner view's " + inner.shape());
    }
  }

  @Override
  public Shape source() {
    return inner.source();
  }

  @Override
  public Shape shape() {
    return outer.shape();
  }

  @Override
  public AddressMap then(ViewStep step) {
    return new ComposedMap(inner, outer.then(step));
  }

  @Override
  public long sourceIndex(int channel, long pixel) {
    long between = outer.sourceIndex(channel, pixel);
    return between == NOWHERE ? NOWHERE : innerIndex(between);
  }

  private long innerIndex(long index) {
    long plane = inner.shape().plane();
    return inner.sourceIndex((int) (index / plane), index % plane);
  }

  @Override
  public void forEachPiece(PieceVisitor visitor) {
    outer.forEachPiece(
        (to, from, length) -> {
          if (from == NOWHERE) {
            visitor.piece(to, NOWHERE, length);
          } else {
            innerPieces(visitor, to, from, length);
          }
        });
  }

  /** Cuts a piece of the inner view where its elements stop standing together in the source. */
  private void innerPieces(PieceVisitor visitor, long to, long from, long length) {
    long start = 0;
    long first = innerIndex(from);
    for (long i = 1; i < length; i++) {
      long next = innerIndex(from + i);
      if (first == NOWHERE ? next != NOWHERE : next != first + (i - start)) {
        visitor.piece(to + start, first, i - start);
        start = i;
        first = next;
      }
    }
    visitor.piece(to + start, first, length - start);
  }

  @Override
  public String toString() {
    return inner + ", then " + outer;
  }
}
