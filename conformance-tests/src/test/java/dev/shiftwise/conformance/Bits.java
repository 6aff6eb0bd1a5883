package dev.shiftwise.conformance;

import java.util.function.IntUnaryOperator;

/** Changes the bits of images, for mutants. */
final class Bits {
  private Bits() {}

  /** Returns an image with every element changed. */
  static RealImage map(RealImage image, IntUnaryOperator change) {
    return indexed(image, (_, bits) -> change.applyAsInt(bits));
  }

  /** Receives an element's index and bits. */
  @FunctionalInterface
  interface Change {
    int apply(int index, int bits);
  }

  /** Returns an image with every element changed, by its place. */
  static RealImage indexed(RealImage image, Change change) {
    int[] bits = new int[Math.toIntExact(image.shape().elements())];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = change.apply(i, image.bits(i));
    }
    return RealImage.of(bits, 0, image.shape());
  }
}
