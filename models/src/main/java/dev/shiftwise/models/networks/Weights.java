package dev.shiftwise.models.networks;

import dev.shiftwise.network.Filter;

/**
 * Where an architecture takes its weights from, such as a file or a random generator.
 *
 * <p>Tensors are named as PyTorch names them: {@code LAYER.weight} and {@code LAYER.bias}; {@code
 * NORM.weight}, {@code NORM.bias}, {@code NORM.running_mean} and {@code NORM.running_var}.
 */
public interface Weights {

  /**
   * Returns the filter of a convolution and of the batch normalisation behind it, which may have
   * been folded into the weight and a bias already.
   *
   * @param layer name of the convolution
   * @param norm name of the normalisation
   * @param epsilon the normalisation's constant, which state dictionaries do not store
   * @param dimensions the weight's sizes: output channels, input channels a group, kernel
   */
  Filter normalised(String layer, String norm, double epsilon, long... dimensions);

  /**
   * Returns the filter of a layer with a bias and no normalisation.
   *
   * @param layer name of the layer
   * @param dimensions the weight's sizes: outputs, inputs, and a convolution's kernel
   */
  Filter biased(String layer, long... dimensions);

  /**
   * Returns the filter of a layer with neither bias nor normalisation.
   *
   * @param layer name of the layer
   * @param dimensions the weight's sizes: outputs, inputs, and a convolution's kernel
   */
  Filter plain(String layer, long... dimensions);

  /** Returns a tensor's name in a file. */
  static String weight(String layer) {
    return layer + ".weight";
  }

  /** Returns a tensor's name in a file. */
  static String bias(String layer) {
    return layer + ".bias";
  }

  /** Returns a tensor's name in a file. */
  static String mean(String norm) {
    return norm + ".running_mean";
  }

  /** Returns a tensor's name in a file. */
  static String variance(String norm) {
    return norm + ".running_var";
  }
}
