package dev.shiftwise.view;

import dev.shiftwise.tensor.Shape;

/**
 * One step from a feature map to a view of it: one of the three primitives (SPEC section 1).
 *
 * <p>A step is a description; it holds no memory. {@link AddressMap} gives the steps their
 * addresses, {@link FeatureMap} applies them to memory, and a network's operands carry them.
 */
public sealed interface ViewStep permits ChannelShift, AddressShift, Window {

  /**
   * Returns the shape after this step.
   *
   * @throws IllegalArgumentException if the step does not fit the shape, naming what was found and
   *     what was wanted
   */
  Shape applyTo(Shape shape);
}
