package dev.shiftwise.network;

/**
 * Where on the input an index of a resized dimension lies: ONNX's coordinate transformation modes
 * of the same names.
 */
public enum Coordinates {
  /** The centres of pixels correspond: {@code (i + 0.5) / scale - 0.5}. */
  HALF_PIXEL,
  /** The same, and 0 where the result has one element only. */
  PYTORCH_HALF_PIXEL,
  /** The first elements correspond, and the last: {@code i * (from - 1) / (to - 1)}. */
  ALIGN_CORNERS,
  /** {@code i / scale}. */
  ASYMMETRIC;

  /**
   * Returns the place, not yet brought inside the input.
   *
   * @param index index in the result
   * @param from size of the input's dimension
   * @param to size of the result's dimension
   * @param scale how many times as large the result is meant to be; {@code to / from} unless {@code
   *     to} was rounded
   */
  public double place(int index, int from, int to, double scale) {
    return switch (this) {
      case HALF_PIXEL -> (index + 0.5) / scale - 0.5;
      case PYTORCH_HALF_PIXEL -> to == 1 ? 0 : (index + 0.5) / scale - 0.5;
      case ALIGN_CORNERS -> to == 1 ? 0 : index * (double) (from - 1) / (to - 1);
      case ASYMMETRIC -> index / scale;
    };
  }
}
