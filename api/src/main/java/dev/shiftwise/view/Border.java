package dev.shiftwise.view;

/** What an address shift reads where its displacement leaves the plane (SPEC section 1). */
public enum Border {
  /**
   * The image is a ring: rows run on into the next row, planes into the next channel, and the last
   * channel into the first. The shift of AddressNet.
   */
  RING,
  /** Outside the plane stands +0. The shift of ShiftNet. */
  ZERO
}
