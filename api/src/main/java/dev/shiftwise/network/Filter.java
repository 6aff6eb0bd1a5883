package dev.shiftwise.network;

import dev.shiftwise.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a convolution or a dense layer: weight, bias and the batch normalisation behind
 * it.
 *
 * <p>The tensors are views: they must stay readable until the network is compiled, which asks for
 * {@link #foldedWeight} and {@link #foldedBias} and keeps its own packed copy.
 *
 * @param weight output channels first: {@code (out, in / groups, kernel height, kernel width)}, or
 *     {@code (out, in / groups)} for a pointwise convolution or dense layer
 * @param bias one value an output channel, or null for zeros
 * @param norm the batch normalisation to fold in, or null
 */
public record Filter(Tensor weight, @Nullable Tensor bias, @Nullable BatchNorm norm) {

  /**
   * Checks that the parts agree on the output channels.
   *
   * @throws IllegalArgumentException if the weight has no dimensions or a part has another length
   */
  public Filter {
    if (weight.dimensions().size() < 2 || weight.elements() == 0) {
      throw new IllegalArgumentException(
          "weight has dimensions " + weight.dimensions() + ", wanted (out, in / groups, ...)");
    }
    long out = weight.dimensions().getFirst();
    if (out > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("weight has " + out + " output channels, wanted an int");
    }
    if (bias != null && bias.elements() != out) {
      throw new IllegalArgumentException(
          "bias has " + bias.elements() + " elements, wanted the weight's output channels, " + out);
    }
    if (norm != null && norm.gamma().elements() != out) {
      throw new IllegalArgumentException(
          "batch norm has "
              + norm.gamma().elements()
              + " channels, wanted the weight's output channels, "
              + out);
    }
  }

  /** Returns a filter without bias and batch normalisation. */
  public static Filter of(Tensor weight) {
    return new Filter(weight, null, null);
  }

  /** Returns a filter without batch normalisation. */
  public static Filter of(Tensor weight, Tensor bias) {
    return new Filter(weight, bias, null);
  }

  /** Returns a filter of heap arrays for a pointwise convolution: {@code weight} is (out, in/g). */
  public static Filter pointwise(float[] weight, float[] bias) {
    return of(
        Tensor.of(weight, bias.length, weight.length / Math.max(1, bias.length)),
        Tensor.of(bias, bias.length));
  }

  /** Returns the number of output channels. */
  public int outputs() {
    return Math.toIntExact(weight.dimensions().getFirst());
  }

  /** Returns the number of weights that one output channel has. */
  public int weightsPerOutput() {
    return Math.toIntExact(weight.elements() / outputs());
  }

  /** Returns the number of trained values: weights, biases, and gamma and beta of the norm. */
  public long parameters() {
    return weight.elements()
        + (bias == null ? 0 : bias.elements())
        + (norm == null ? 0 : 2 * norm.gamma().elements());
  }

  /**
   * Returns the weights with the batch normalisation folded in, computed in double precision and
   * rounded once. Every backend computes with exactly these.
   *
   * @throws IllegalStateException if the weights' memory has been closed
   */
  public float[] foldedWeight() {
    float[] folded = weight.toArray();
    if (norm != null) {
      int each = weightsPerOutput();
      for (int o = 0; o < outputs(); o++) {
        double scale = norm.scale(o);
        for (int i = o * each; i < (o + 1) * each; i++) {
          folded[i] = (float) (folded[i] * scale);
        }
      }
    }
    return folded;
  }

  /**
   * Returns the bias with the batch normalisation folded in; zeros if there is neither.
   *
   * @throws IllegalStateException if the weights' memory has been closed
   */
  public float[] foldedBias() {
    float[] folded = bias == null ? new float[outputs()] : bias.toArray();
    if (norm != null) {
      for (int o = 0; o < folded.length; o++) {
        folded[o] = (float) norm.shift(o, folded[o]);
      }
    }
    return folded;
  }

  /** Returns whether the weight has these dimensions, ones at the end left out or not. */
  boolean hasDimensions(long... wanted) {
    List<Long> found = weight.dimensions();
    for (int i = 0; i < Math.max(found.size(), wanted.length); i++) {
      if ((i < found.size() ? found.get(i) : 1) != (i < wanted.length ? wanted[i] : 1)) {
        return false;
      }
    }
    return true;
  }
}
