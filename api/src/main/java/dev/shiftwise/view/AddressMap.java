package dev.shiftwise.view;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * Where every element of a view is read from: the one implementation of the address arithmetic of
 * SPEC sections 1 and 2.
 *
 * <p>Feature maps, a network's operands, the memory plan and the backends' address tables all ask
 * here. Indices are elements of one image's ring, {@code c * P + y * W + x}; batches, pitches and
 * bytes are the business of whoever owns the memory. Immutable; safe for any thread.
 *
 * @see NormalMap the maps a kernel can read in place
 * @see ComposedMap the rest, which a kernel gets through one copy
 */
public sealed interface AddressMap permits NormalMap, ComposedMap {

  /** The index that stands for +0, where a ZERO border is read. */
  long NOWHERE = -1;

  /** Returns the shape of the map that is viewed. */
  Shape source();

  /** Returns the shape of the view. */
  Shape shape();

  /**
   * Returns the view that one more step makes of this one. Takes time in the number of runs, not in
   * the number of elements.
   *
   * @throws IllegalArgumentException if the step does not fit this view's shape
   */
  AddressMap then(ViewStep step);

  /**
   * Returns the index on the source's ring that an element is read from, or {@link #NOWHERE}.
   *
   * @throws IndexOutOfBoundsException if the element is outside the view
   */
  long sourceIndex(int channel, long pixel);

  /**
   * Visits the whole view in order of its elements, as the longest pieces that stand together in
   * the source. This is how a view is copied.
   */
  void forEachPiece(PieceVisitor visitor);

  /** Receives one piece of a view. */
  @FunctionalInterface
  interface PieceVisitor {
    /**
     * Takes {@code length} consecutive elements of the view.
     *
     * @param to index of the first in the view
     * @param from index of the first on the source's ring, or {@link #NOWHERE} if they are all +0
     * @param length number of elements, at least 1
     */
    void piece(long to, long from, long length);
  }

  /** Returns the view that changes nothing. */
  static NormalMap identity(Shape shape) {
    return NormalMap.identity(shape);
  }

  /**
   * Returns the view that steps make, in order.
   *
   * @throws IllegalArgumentException if a step does not fit the shape before it
   */
  static AddressMap of(Shape source, List<ViewStep> steps) {
    AddressMap map = identity(source);
    for (ViewStep step : steps) {
      map = map.then(step);
    }
    return map;
  }
}
