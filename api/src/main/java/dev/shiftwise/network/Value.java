package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;

/**
 * A feature map of a network: an input or the result of a node.
 *
 * @param id place in the network's order of values; unique in it
 * @param name the input's or the node's name
 * @param shape shape of one image
 */
public record Value(int id, String name, Shape shape) {

  /** Returns for example {@code pw1 64x28x28}. */
  @Override
  public String toString() {
    return name + " " + shape;
  }
}
