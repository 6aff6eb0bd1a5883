package dev.shiftwise.models.io;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * To what size a picture is scaled: torchvision's {@code Resize} of one number or of two.
 *
 * @param height rows of the scaled picture, in pixels
 * @param width columns of the scaled picture, in pixels
 * @param proportional whether the picture keeps its proportions: then height and width are the same
 *     number, which its shorter side gets
 * @param interpolation how it is resampled
 */
public record Scaling(int height, int width, boolean proportional, Interpolation interpolation) {
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4}))?");

  /** Checks the sizes. */
  public Scaling {
    if (height < 1 || width < 1 || (proportional && height != width)) {
      throw new IllegalArgumentException(
          "scaling: found "
              + height
              + " x "
              + width
              + ", wanted 1 or more, and one number for the shorter side");
    }
  }

  /** Scales, bilinearly, so that the shorter side gets a length. */
  public static Scaling shorterSide(int length) {
    return new Scaling(length, length, true, Interpolation.BILINEAR);
  }

  /** Scales, bilinearly, to a size, whatever that does to the proportions. */
  public static Scaling exactly(int height, int width) {
    return new Scaling(height, width, false, Interpolation.BILINEAR);
  }

  /**
   * Reads {@code 256}, for the shorter side, or {@code 224x192}, for height and width; bilinear.
   *
   * @return empty if it is neither
   */
  public static Optional<Scaling> parse(String text) {
    Matcher sizes = TEXT.matcher(text);
    if (!sizes.matches()) {
      return Optional.empty();
    }
    int first = Integer.parseInt(sizes.group(1));
    return Optional.of(
        sizes.group(2) == null
            ? shorterSide(first)
            : exactly(first, Integer.parseInt(sizes.group(2))));
  }

  /** Returns this with another interpolation. */
  public Scaling with(Interpolation other) {
    return new Scaling(height, width, proportional, other);
  }

  /** Whether every scaled picture has at least that size. */
  boolean covers(int wantedHeight, int wantedWidth) {
    return proportional
        ? height >= Math.max(wantedHeight, wantedWidth)
        : height >= wantedHeight && width >= wantedWidth;
  }

  /** Returns the height that a picture gets; more than an {@code int} for one long line. */
  long heightOf(Picture picture) {
    return proportional
        ? height * (long) picture.height() / Math.min(picture.height(), picture.width())
        : height;
  }

  /** Returns the width that a picture gets. */
  long widthOf(Picture picture) {
    return proportional
        ? width * (long) picture.width() / Math.min(picture.height(), picture.width())
        : width;
  }

  /** Returns what {@link #parse} reads. */
  @Override
  public String toString() {
    return proportional ? String.valueOf(height) : height + "x" + width;
  }
}
