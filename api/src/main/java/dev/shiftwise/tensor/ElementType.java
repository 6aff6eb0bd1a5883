package dev.shiftwise.tensor;

/**
 * The type of one element of a feature map or a weight.
 *
 * <p>There is one today. It exists so that a second one is an addition, not a redesign.
 */
public enum ElementType {
  /** IEEE 754 binary32, stored little-endian. */
  F32(Float.BYTES);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
