package dev.shiftwise.models;

import dev.shiftwise.models.networks.Weights;
import dev.shiftwise.network.BatchNorm;
import dev.shiftwise.network.Filter;
import dev.shiftwise.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Weights that are all zero and share one piece of memory, for asking what a network is made of.
 * Used by one thread at a time.
 */
final class Zeros implements Weights {
  private float[] longest = {};

  /** Returns a tensor of zeros. */
  Tensor tensor(long... dimensions) {
    long size = Arrays.stream(dimensions).reduce(1, Math::multiplyExact);
    if (size > longest.length) {
      longest = new float[Math.toIntExact(size)];
    }
    return new Tensor(
        MemorySegment.ofArray(longest).asSlice(0, size * Float.BYTES),
        Arrays.stream(dimensions).boxed().toList());
  }

  @Override
  public Filter normalised(String layer, String norm, double epsilon, long... dimensions) {
    Tensor each = tensor(dimensions[0]);
    return new Filter(tensor(dimensions), null, new BatchNorm(each, each, each, each, epsilon));
  }

  @Override
  public Filter biased(String layer, long... dimensions) {
    return Filter.of(tensor(dimensions), tensor(dimensions[0]));
  }

  @Override
  public Filter plain(String layer, long... dimensions) {
    return Filter.of(tensor(dimensions));
  }
}
