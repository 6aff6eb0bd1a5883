package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.ModelFormatException;

/**
 * How much of a file may become objects in memory: a small hostile file must not fill it. Weights
 * do not count, since they stay where they are in the file.
 */
final class ReadLimits {
  /** The most elements that all constants computed while reading may have together, at first. */
  static final long MOST_FOLDED = 1L << 26;

  /** How many more they may have for each weight that the file really holds. */
  static final long FOLDED_PER_WEIGHT = 8;

  /** The most that they may have however many weights there are. */
  static final long MOST_FOLDED_EVER = 1L << 28;

  /** The most weights that are put in another order, together. */
  static final long MOST_TURNED = 1L << 28;

  /** The most elements that moves are followed for, together. */
  static final long MOST_FOLLOWED = 1L << 26;

  /** The most entries of the tables by which the network's nodes move elements, together. */
  static final long MOST_INDICES = 1L << 26;

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
