package dev.shiftwise.conformance;

import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** Compares what a backend computed with what the oracle allows. */
final class Comparison {
  private Comparison() {}

  /**
   * Returns the first element that is not as it should be, in words, and how many are not.
   *
   * @param found the raw bits of all images, dense
   */
  static Optional<String> firstDifference(List<RealImage> wanted, int[] found) {
    String first = null;
    long count = 0;
    int at = 0;
    for (int image = 0; image < wanted.size(); image++) {
      RealImage reference = wanted.get(image);
      for (int i = 0; i < reference.shape().elements(); i++, at++) {
        if (!isRight(reference, i, found[at])) {
          count++;
          if (first == null) {
            first = describe(reference, image, i, found[at]);
          }
        }
      }
    }
    return first == null
        ? Optional.empty()
        : Optional.of(first + " (" + count + " of " + found.length + " elements differ)");
  }

  private static boolean isRight(RealImage reference, int index, int found) {
    if (reference.isMoved()) {
      return reference.bits(index) == found;
    }
    double wanted = reference.value(index);
    double value = Float.intBitsToFloat(found);
    if (Double.isNaN(wanted)) {
      return Double.isNaN(value);
    }
    if (wanted == value) {
      return true;
    }
    return !Double.isInfinite(wanted) && Math.abs(value - wanted) <= reference.bound(index);
  }

  private static String describe(RealImage reference, int image, int index, int found) {
    Shape shape = reference.shape();
    String value =
        found == Numbers.POISON
            ? "not written"
            : Float.intBitsToFloat(found) + " (0x" + Integer.toHexString(found) + ")";
    return "image "
        + image
        + " channel "
        + index / shape.plane()
        + " row "
        + index % shape.plane() / shape.width()
        + " column "
        + index % shape.width()
        + " is "
        + value
        + ", wanted "
        + (reference.isMoved()
            ? "the bits 0x" + Integer.toHexString(reference.bits(index))
            : reference.value(index) + " +- " + reference.bound(index));
  }
}
