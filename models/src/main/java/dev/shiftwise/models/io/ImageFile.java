package dev.shiftwise.models.io;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads photographs: PNG, JPEG, and whatever else the JDK's Image I/O has a reader for.
 *
 * <p>The size is checked before a pixel is decoded. Pixels are taken as stored: an orientation that
 * a camera noted beside them is not applied, and transparency is dropped.
 */
public final class ImageFile {
  /** The largest picture that is read, in pixels: 67 million. */
  public static final long MOST_PIXELS = 1L << 26;

  private ImageFile() {}

  /**
   * Reads a picture.
   *
   * @throws ModelFormatException if it is no image, a broken one, or one larger than {@link
   *     #MOST_PIXELS}
   * @throws IOException if the file cannot be opened or read
   */
  public static Picture read(Path file) throws IOException {
    return read(file, MOST_PIXELS);
  }

  /** Reads a picture of at most so many pixels. */
  static Picture read(Path file, long mostPixels) throws IOException {
    InputFiles.requireRegular(file);
    // Not ImageIO.read: it decodes whatever size the file claims, and may spill into a cache file.
    try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
      return Picture.of(decode(file.toString(), in, mostPixels));
    }
  }

  private static BufferedImage decode(String file, ImageInputStream in, long mostPixels)
      throws ModelFormatException {
    try {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new ModelFormatException(
            file, "file", "no image format that can be read", "PNG or JPEG");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        requireSize(file, mostPixels, reader.getWidth(0), reader.getHeight(0));
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (ModelFormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's decoders meet broken files with many kinds of exceptions, unchecked ones too.
      String found =
          "a broken or unsupported image (" + ModelFormatException.quote(e.toString()) + ")";
      throw new ModelFormatException(file, "image", found, "a sound PNG or JPEG", e);
    }
  }

  private static void requireSize(String file, long mostPixels, int width, int height)
      throws ModelFormatException {
    if (width < 1 || height < 1 || (long) width * height > mostPixels) {
      throw new ModelFormatException(
          file, "image size", width + " x " + height, "1 x 1 to " + mostPixels + " pixels in all");
    }
  }
}
