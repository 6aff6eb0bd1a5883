package dev.shiftwise.models.io;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads photographs: PNG, JPEG, GIF (its first picture), BMP, and whatever else the JDK's Image I/O
 * has a reader for.
 *
 * <p>The size is checked before a pixel is decoded. Pixels are taken as Pillow takes them: samples
 * as stored, with no colour profile applied; transparency is dropped, a printer's inks become
 * colours. Samples of 16 bits are scaled to 8, and a JPEG that a camera held sideways (its EXIF
 * orientation) is turned upright.
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

  /**
   * Lists a folder's pictures: the files directly in it whose names end as those of a format that
   * can be read, without the hidden ones, by name.
   *
   * @throws IOException if the folder cannot be read
   */
  public static List<Path> list(Path folder) throws IOException {
    Set<String> suffixes = Set.of(ImageIO.getReaderFileSuffixes());
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> isNamedAsPicture(file.getFileName().toString(), suffixes))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static boolean isNamedAsPicture(String name, Set<String> suffixes) {
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && name.length() > suffix.length() && suffixes.contains(suffix);
  }

  /** Reads a picture of at most so many pixels. */
  static Picture read(Path file, long mostPixels) throws IOException {
    InputFiles.requireRegular(file);
    // Not ImageIO.read: it decodes whatever size the file claims, and may spill into a cache file.
    try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
      int orientation = Orientation.of(in);
      in.seek(0);
      return Picture.of(decode(file.toString(), in, mostPixels)).turned(orientation);
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
        ImageReadParam plain = reader.getDefaultReadParam();
        ownColours(reader).ifPresent(plain::setDestinationType);
        AtomicBoolean cut = new AtomicBoolean();
        reader.addIIOReadWarningListener(
            (_, warning) -> cut.compareAndSet(false, warning.startsWith("Truncated File")));
        BufferedImage image = reader.read(0, plain);
        if (cut.get()) { // what is missing of a JPEG comes out grey, with no more than a warning
          throw new ModelFormatException(file, "image", "an end too early", "a whole image");
        }
        return image;
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

  /**
   * Returns the image type in which colours stay what they are in the file, if it has a profile.
   */
  private static Optional<ImageTypeSpecifier> ownColours(ImageReader reader) throws IOException {
    for (Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0); types.hasNext(); ) {
      ImageTypeSpecifier type = types.next();
      ColorSpace space = type.getColorModel().getColorSpace();
      if (space.getType() == ColorSpace.TYPE_RGB && !space.isCS_sRGB()) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static void requireSize(String file, long mostPixels, int width, int height)
      throws ModelFormatException {
    if (width < 1 || height < 1 || (long) width * height > mostPixels) {
      throw new ModelFormatException(
          file, "image size", width + " x " + height, "1 x 1 to " + mostPixels + " pixels in all");
    }
  }
}
