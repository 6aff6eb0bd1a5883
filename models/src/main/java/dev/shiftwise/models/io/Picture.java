package dev.shiftwise.models.io;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * A decoded picture: 8-bit samples, one channel (grey) or three (red, green, blue, sRGB).
 *
 * <p>Immutable, so any number of threads may read it; nothing to close.
 */
public final class Picture {
  private final int width;
  private final int height;
  private final int channels;
  private final byte[] samples; // pixel after pixel, row after row; a pixel's channels together

  private Picture(int width, int height, int channels, byte[] samples) {
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.samples = samples;
  }

  /**
   * Makes a grey picture.
   *
   * @param width pixels in a row
   * @param height rows
   * @param samples 0 (black) to 255 (white) as unsigned bytes, row after row; copied
   * @throws IllegalArgumentException if the sizes do not fit
   */
  public static Picture grey(int width, int height, byte[] samples) {
    if (width < 1 || height < 1 || (long) width * height != samples.length) {
      throw new IllegalArgumentException(
          "samples: found %d bytes, wanted %d x %d, at least 1 x 1"
              .formatted(samples.length, width, height));
    }
    return new Picture(width, height, 1, samples.clone());
  }

  /** Takes over samples that nobody else holds, a pixel's channels together. */
  static Picture interleaved(int width, int height, int channels, byte[] samples) {
    return new Picture(width, height, channels, samples);
  }

  /** Takes over a decoded image's pixels; transparency is dropped. */
  static Picture of(BufferedImage image) {
    return switch (image.getColorModel()) {
      case ComponentColorModel stored when isPlain(stored) -> samplesOf(image);
      case ColorModel inks when inks.getColorSpace().getType() == ColorSpace.TYPE_CMYK ->
          inksOf(image);
      default -> colourOf(image);
    };
  }

  /** Whether samples are whole numbers that mean grey, or red, green and blue, as they stand. */
  private static boolean isPlain(ComponentColorModel model) {
    int space = model.getColorSpace().getType();
    int sample = model.getTransferType();
    return (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB)
        && (sample == DataBuffer.TYPE_BYTE || sample == DataBuffer.TYPE_USHORT)
        && !model.isAlphaPremultiplied();
  }

  /**
   * Takes samples as they are stored, those of more than 8 bits scaled to 8. {@code getRGB} would
   * convert grey from Java's linear grey colour space, while files mean sRGB, and colours from the
   * file's profile, which Pillow leaves alone.
   */
  private static Picture samplesOf(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int channels = image.getColorModel().getNumColorComponents();
    Raster raster = image.getRaster();
    int bands = raster.getNumBands(); // with the transparency, if there is any
    long white = (1L << raster.getSampleModel().getSampleSize(0)) - 1;
    byte[] samples = new byte[Math.multiplyExact(channels, Math.multiplyExact(width, height))];
    int[] row = new int[Math.multiplyExact(bands, width)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < channels; channel++) {
          samples[at++] = (byte) ((row[x * bands + channel] * 255L + white / 2) / white);
        }
      }
    }
    return new Picture(width, height, channels, samples);
  }

  private static Picture colourOf(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] samples = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        samples[at++] = (byte) (argb >> 16);
        samples[at++] = (byte) (argb >> 8);
        samples[at++] = (byte) argb;
      }
    }
    return new Picture(width, height, 3, samples);
  }

  /**
   * Takes a printer's inks as Pillow does, with no colour profile: {@code getRGB} would take them
   * for linear light and wash them out.
   */
  private static Picture inksOf(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] samples = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int[] row = new int[Math.multiplyExact(4, width)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRaster().getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int light = 255 - row[4 * x + 3]; // what black leaves
        for (int ink = 0; ink < 3; ink++) {
          samples[at++] = (byte) (light - (row[4 * x + ink] * light + 127) / 255);
        }
      }
    }
    return new Picture(width, height, 3, samples);
  }

  /**
   * Returns this picture as a viewer would turn it.
   *
   * @param orientation 1 to 8, as EXIF counts them; 1 is upright
   */
  Picture turned(int orientation) {
    if (orientation == 1) {
      return this;
    }
    boolean sideways = orientation > 4;
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    Picture turned =
        new Picture(
            sideways ? height : width,
            sideways ? width : height,
            channels,
            new byte[samples.length]);
    int at = 0;
    for (int y = 0; y < turned.height; y++) {
      for (int x = 0; x < turned.width; x++) {
        int column = sideways ? y : x;
        int row = sideways ? x : y;
        int from =
            (fromBottom ? height - 1 - row : row) * width
                + (fromRight ? width - 1 - column : column);
        for (int channel = 0; channel < channels; channel++) {
          turned.samples[at++] = samples[from * channels + channel];
        }
      }
    }
    return turned;
  }

  /** Returns the pixels in a row. */
  public int width() {
    return width;
  }

  /** Returns the number of rows. */
  public int height() {
    return height;
  }

  /** Returns 1 for grey, 3 for red, green, blue. */
  public int channels() {
    return channels;
  }

  /** Returns one sample, 0 to 255. */
  public int sample(int channel, int y, int x) {
    return samples[(y * width + x) * channels + channel] & 0xff;
  }

  /**
   * Returns this picture with the wanted number of channels: grey repeated three times, or colours
   * weighted into grey by ITU-R 601 (0.299, 0.587, 0.114), in integers as Pillow does.
   *
   * @param wanted 1 or 3
   */
  Picture withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    byte[] converted = new byte[Math.multiplyExact(wanted, width * height)];
    for (int pixel = 0; pixel < width * height; pixel++) {
      if (wanted == 1) {
        converted[pixel] = (byte) luma(pixel * channels);
      } else {
        for (int channel = 0; channel < wanted; channel++) {
          converted[pixel * wanted + channel] = samples[pixel];
        }
      }
    }
    return new Picture(width, height, wanted, converted);
  }

  private int luma(int at) {
    int red = samples[at] & 0xff;
    int green = samples[at + 1] & 0xff;
    int blue = samples[at + 2] & 0xff;
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
}
