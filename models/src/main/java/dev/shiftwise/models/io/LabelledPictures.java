package dev.shiftwise.models.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A data set of the MNIST family: a folder with an IDX file of grey images and one of labels, read
 * side by side and one at a time.
 *
 * <p>Used by one thread at a time; whoever opens it closes it.
 */
public final class LabelledPictures implements AutoCloseable {
  private final IdxReader images;
  private final IdxReader labels;

  /**
   * One picture and the number of its class.
   *
   * @param picture the picture, one channel
   * @param label 0 to 255
   */
  public record LabelledPicture(Picture picture, int label) {}

  private LabelledPictures(Path imagesFile, IdxReader images, Path labelsFile, IdxReader labels)
      throws ModelFormatException {
    this.images = images;
    this.labels = labels;
    requireRank(imagesFile, images, 2, "[height, width]");
    requireRank(labelsFile, labels, 0, "[] (one byte a label)");
    if (labels.count() != images.count()) {
      throw new ModelFormatException(
          labelsFile.toString(),
          "number of items",
          String.valueOf(labels.count()),
          images.count() + ", as in " + imagesFile);
    }
  }

  /**
   * Opens {@code PREFIX-images-idx3-ubyte} and {@code PREFIX-labels-idx1-ubyte}, with or without
   * {@code .gz}, in a folder.
   *
   * @param folder the folder
   * @param prefix {@code t10k} for the test photographs, {@code train} for the training ones
   * @throws NoSuchFileException if one of them is missing
   * @throws ModelFormatException if they are no such files or do not fit each other
   */
  public static LabelledPictures open(Path folder, String prefix) throws IOException {
    return open(
        find(folder, prefix + "-images-idx3-ubyte"), find(folder, prefix + "-labels-idx1-ubyte"));
  }

  /**
   * Opens a file of images and a file of their labels.
   *
   * @throws ModelFormatException if they are no such files or do not fit each other
   */
  public static LabelledPictures open(Path imagesFile, Path labelsFile) throws IOException {
    IdxReader images = IdxReader.open(imagesFile);
    try {
      IdxReader labels = IdxReader.open(labelsFile);
      try {
        return new LabelledPictures(imagesFile, images, labelsFile, labels);
      } catch (Throwable e) {
        labels.close();
        throw e;
      }
    } catch (Throwable e) {
      images.close();
      throw e;
    }
  }

  /** Returns how many pictures the headers promise. */
  public int count() {
    return images.count();
  }

  /** Returns the height of every picture in pixels. */
  public int height() {
    return images.itemShape().get(0);
  }

  /** Returns the width of every picture in pixels. */
  public int width() {
    return images.itemShape().get(1);
  }

  /**
   * Says whether there are more; after the last one also checks that both files end there.
   *
   * @throws ModelFormatException if more bytes follow
   */
  public boolean hasNext() throws IOException {
    boolean moreLabels = labels.hasNext(); // asked in any case, to check the end of both files
    return images.hasNext() && moreLabels;
  }

  /**
   * Reads one picture and its label.
   *
   * @throws ModelFormatException if a file ends early
   */
  public LabelledPicture next() throws IOException {
    Picture picture = Picture.grey(width(), height(), images.next());
    return new LabelledPicture(picture, labels.next()[0] & 0xff);
  }

  @Override
  public void close() throws IOException {
    try (images) {
      labels.close();
    }
  }

  private static void requireRank(Path file, IdxReader reader, int rank, String wanted)
      throws ModelFormatException {
    List<Integer> shape = reader.itemShape();
    if (shape.size() != rank) {
      throw new ModelFormatException(file.toString(), "item shape", shape.toString(), wanted);
    }
  }

  private static Path find(Path folder, String name) throws NoSuchFileException {
    for (String suffix : List.of("", ".gz")) {
      Path file = folder.resolve(name + suffix);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new NoSuchFileException(
        folder.resolve(name).toString(), null, "no such file, with or without .gz");
  }
}
