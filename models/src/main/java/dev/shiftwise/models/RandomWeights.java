package dev.shiftwise.models;

import dev.shiftwise.models.networks.Weights;
import dev.shiftwise.network.BatchNorm;
import dev.shiftwise.network.Filter;
import dev.shiftwise.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * Seeded random weights, for timing a network that nobody has trained, and batch normalisation with
 * statistics like those of a trained network, so that activations stay in the range that float32 is
 * used in.
 *
 * <p>The same seed gives the same weights for the same architecture. Used by one thread at a time.
 */
public final class RandomWeights implements Weights {
  /**
   * Between He's 2, with which every layer that no ReLU follows doubles the variance and the gates
   * of a deep network hang on the last bits of large sums, and LeCun's 1, with which every ReLU
   * halves it and a deep network no longer depends on its input.
   */
  private static final double GAIN = 1.5;

  private final SplittableRandom random;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Starts a generator. */
  public RandomWeights(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Returns all tensors handed out so far, by the names a file would give them. */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public Filter normalised(String layer, String norm, double epsilon, long... dimensions) {
    Tensor weight = weight(layer, dimensions);
    long outputs = dimensions[0];
    Tensor gamma = make(Weights.weight(norm), () -> random.nextDouble(0.8, 1.2), outputs);
    Tensor beta = make(Weights.bias(norm), () -> 0.1 * random.nextGaussian(), outputs);
    Tensor mean = make(Weights.mean(norm), () -> 0.1 * random.nextGaussian(), outputs);
    Tensor variance = make(Weights.variance(norm), () -> random.nextDouble(0.5, 1.5), outputs);
    return new Filter(weight, null, new BatchNorm(gamma, beta, mean, variance, epsilon));
  }

  @Override
  public Filter biased(String layer, long... dimensions) {
    Tensor weight = weight(layer, dimensions);
    Tensor bias = make(Weights.bias(layer), () -> 0.1 * random.nextGaussian(), dimensions[0]);
    return Filter.of(weight, bias);
  }

  @Override
  public Filter plain(String layer, long... dimensions) {
    return Filter.of(weight(layer, dimensions));
  }

  private Tensor weight(String layer, long... dimensions) {
    long fanIn = 1;
    for (int i = 1; i < dimensions.length; i++) {
      fanIn *= dimensions[i];
    }
    double deviation = Math.sqrt(GAIN / fanIn);
    return make(Weights.weight(layer), () -> deviation * random.nextGaussian(), dimensions);
  }

  private Tensor make(String name, DoubleSupplier next, long... dimensions) {
    long size = 1;
    for (long dimension : dimensions) {
      size = Math.multiplyExact(size, dimension);
    }
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) next.getAsDouble();
    }
    Tensor tensor = Tensor.of(values, dimensions);
    tensors.put(name, tensor);
    return tensor;
  }
}
