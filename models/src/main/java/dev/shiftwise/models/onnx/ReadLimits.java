package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.ModelFormatException;

/**
 * How much of a file may become objects in memory: a small hostile file must not fill it. Weights
 * do not count, since they stay where they are in the file.
 */
final class ReadLimits {
  private static final int MOST_ITEMS = 1 << 22;
  private static final long MOST_TEXT = 64 << 20;

  private final String file;
  private int items;
  private long text;

  ReadLimits(String file) {
    this.file = file;
  }

  /** Counts a field or a number. */
  void countItem() throws ModelFormatException {
    if (++items > MOST_ITEMS) {
      throw fault("model", "more than " + MOST_ITEMS + " fields", "fewer");
    }
  }

  /** Counts bytes of names and other text. */
  void countText(long bytes) throws ModelFormatException {
    text += bytes;
    if (text > MOST_TEXT) {
      throw fault("model", "more than " + MOST_TEXT + " bytes of names", "fewer");
    }
  }

  /** Describes a fault of the file. */
  ModelFormatException fault(String where, String found, String wanted) {
    return new ModelFormatException(file, where, found, wanted);
  }
}
