package dev.shiftwise.tensor;

/**
 * The shape of one image of a feature map: channels, rows and columns (SPEC section 1).
 *
 * <p>The batch is not part of it: a network is described for one image and runs on as many as its
 * session was compiled for.
 *
 * @param channels number of channels, at least 1
 * @param height rows of a plane, at least 1
 * @param width columns of a plane, at least 1
 */
public record Shape(int channels, int height, int width) {

  /**
   * Checks the dimensions.
   *
   * @throws IllegalArgumentException if a dimension is below 1 or the image has more than 2^60
   *     elements, so that no byte size computed from a shape can overflow a {@code long}
   */
  public Shape {
    requirePositive("channels", channels);
    requirePositive("height", height);
    requirePositive("width", width);
    long plane = (long) height * width;
    if (Math.multiplyHigh(plane, channels) != 0 || plane * channels > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "shape " + channels + "x" + height + "x" + width + " has more than 2^60 elements");
    }
  }

  private static final long MAX_ELEMENTS = 1L << 60;

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", wanted at least 1");
    }
  }

  /** Returns a shape; the same as the constructor. */
  public static Shape of(int channels, int height, int width) {
    return new Shape(channels, height, width);
  }

  /** Returns the elements of one plane, {@code height * width}. */
  public long plane() {
    return (long) height * width;
  }

  /** Returns the elements of one image, the length {@code L} of its ring. */
  public long elements() {
    return channels * plane();
  }

  /** Returns this shape with another number of channels. */
  public Shape withChannels(int newChannels) {
    return new Shape(newChannels, height, width);
  }

  /** Returns {@code channels x height x width}, for example {@code 64x28x28}. */
  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
