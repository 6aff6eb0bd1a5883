package dev.shiftwise.models;

import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;

/** A network without its weights: it says which it wants, and builds itself from them. */
public interface Architecture {
  /** The name of the one input of a network built here. */
  String INPUT = "image";

  /** The name of the one output of a network built here: a value a class, before any softmax. */
  String OUTPUT = "logits";

  /** Returns the name by which {@link Models} knows it. */
  String name();

  /** Returns the shape of one input image. */
  Shape input();

  /** Returns the number of classes. */
  int classes();

  /**
   * Builds the network.
   *
   * @param weights asked once for every layer
   * @param border what its address shifts read outside the plane
   */
  Network network(Weights weights, Border border);
}
