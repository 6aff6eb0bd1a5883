package dev.shiftwise.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adds the bias to a feature map and applies ReLU, in vectors: one read and one write an element.
 */
final class BiasPass {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private final float[] bias;
  private final int plane;

  /** What results are at least. */
  private final float least;

  BiasPass(float[] bias, int plane, boolean relu) {
    this.bias = bias.clone();
    this.plane = plane;
    this.least = relu ? 0 : Float.NEGATIVE_INFINITY;
  }

  /**
   * Changes the map of one image.
   *
   * @param first its first element
   */
  void apply(MemorySegment map, long first) {
    for (int channel = 0; channel < bias.length; channel++) {
      apply(map, first + (long) channel * plane, bias[channel]);
    }
  }

  private void apply(MemorySegment map, long first, float added) {
    int inVectors = SPECIES.loopBound(plane);
    for (int i = 0; i < inVectors; i += SPECIES.length()) {
      long at = (first + i) * Float.BYTES;
      FloatVector.fromMemorySegment(SPECIES, map, at, ByteOrder.nativeOrder())
          .add(added)
          .max(least)
          .intoMemorySegment(map, at, ByteOrder.nativeOrder());
    }
    for (int i = inVectors; i < plane; i++) {
      float sum = map.getAtIndex(ValueLayout.JAVA_FLOAT, first + i) + added;
      map.setAtIndex(ValueLayout.JAVA_FLOAT, first + i, Math.max(sum, least));
    }
  }
}
