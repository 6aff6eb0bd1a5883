package dev.shiftwise.models.networks;

import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;

/** A network without its weights: it says which it wants, and builds itself from them. */
public interface Architecture {
  /** The name of the one input of a network built here. */
  String INPUT = "image";

  /** The name of the one output of a network built here: a value a class, before any softmax. */
  String OUTPUT = "logits";

  /**
   * Returns its name, such as {@code addressnet-20} or, as torchvision has it, {@code resnet50}.
   */
  String name();

  /** Returns what it was designed for. */
  DataSet dataSet();

  /** Returns the shape of one input image, unless another is asked for. */
  default Shape input() {
    return dataSet().image();
  }

  /** Returns the number of classes. */
  default int classes() {
    return dataSet().classes();
  }

  /** Returns what its address shifts read outside the plane, unless something else is asked for. */
  default Border border() {
    return Border.RING;
  }

  /**
   * Builds the network for images of any size that its layers leave something of.
   *
   * @param weights asked once for every layer
   * @param border what its address shifts read outside the plane
   * @param image shape of one image, with the channels of {@link #input}
   * @throws IllegalArgumentException if a layer does not fit what the image becomes
   */
  Network network(Weights weights, Border border, Shape image);

  /** Builds the network for images of the size it was designed for. */
  default Network network(Weights weights, Border border) {
    return network(weights, border, input());
  }
}
