package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The checks that operators share. Each message names the argument, what it is and what it should
 * be.
 */
final class Checks {
  private Checks() {}

  static Shape only(List<Shape> inputs) {
    requireInputs(inputs, 1, 1);
    return inputs.getFirst();
  }

  static void requireInputs(List<Shape> inputs, int least, int most) {
    if (inputs.size() < least || inputs.size() > most) {
      throw new IllegalArgumentException(
          "there are "
              + inputs.size()
              + " inputs, wanted "
              + (least == most ? least : least + " to " + most));
    }
  }

  static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", wanted at least " + least);
    }
  }

  static void requireFinite(String name, float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(name + " is " + value + ", wanted a finite number");
    }
  }

  static void requireResize(int from, int to, double scale) {
    requireAtLeast("size", Math.min(from, to), 1);
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("scale is " + scale + ", wanted a positive number");
    }
  }

  static void requireDivides(String name, int channels, int groups) {
    if (channels % groups != 0) {
      throw new IllegalArgumentException(
          name + " is " + channels + ", wanted a multiple of groups = " + groups);
    }
  }

  static void requireShape(String name, Shape found, Shape wanted) {
    if (!found.equals(wanted)) {
      throw new IllegalArgumentException(name + " is " + found + ", wanted " + wanted);
    }
  }

  static void requireWeight(Filter filter, long... wanted) {
    if (!filter.hasDimensions(wanted)) {
      throw new IllegalArgumentException(
          "weight has dimensions "
              + filter.weight().dimensions()
              + ", wanted "
              + Arrays.toString(wanted));
    }
  }
}
