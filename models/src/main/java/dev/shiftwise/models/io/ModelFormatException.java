package dev.shiftwise.models.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file that is not what it should be: corrupt, truncated, of another format, or with other
 * contents than wanted.
 *
 * <p>This is the one exception that the readers of this module declare for bad content. Trouble
 * with the file system itself (no such file, no permission, a full disk) stays an ordinary {@link
 * IOException}. The message is one line: {@code file: where: found ..., wanted ...}.
 */
public final class ModelFormatException extends IOException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_QUOTE = 200;

  private final String file;
  private final String where;
  private final String found;
  private final String wanted;

  /**
   * Describes one fault.
   *
   * @param file the file, or whatever else names the source of the bytes
   * @param where the place in the file
   * @param found what stands there; long or unprintable text is cut and escaped
   * @param wanted what should stand there
   */
  public ModelFormatException(String file, String where, String found, String wanted) {
    this(file, where, found, wanted, null);
  }

  /**
   * Describes one fault found by another library.
   *
   * @param file the file, or whatever else names the source of the bytes
   * @param where the place in the file
   * @param found what stands there; long or unprintable text is cut and escaped
   * @param wanted what should stand there
   * @param cause the exception that told of it
   */
  ModelFormatException(
      String file, String where, String found, String wanted, @Nullable Throwable cause) {
    super(null, cause);
    this.file = file;
    this.where = where;
    this.found = found;
    this.wanted = wanted;
  }

  /** Returns all of it in one line. */
  @Override
  public String getMessage() {
    return file + ": " + where + ": found " + found + ", wanted " + wanted;
  }

  /** Returns the file, or whatever else names the source of the bytes. */
  public String file() {
    return file;
  }

  /** Returns the place in the file. */
  public String where() {
    return where;
  }

  /** Returns what was found there. */
  public String found() {
    return found;
  }

  /** Returns what was wanted there. */
  public String wanted() {
    return wanted;
  }

  /** Quotes text taken from a file for a message: unprintable characters escaped, cut when long. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      if (i == LONGEST_QUOTE) {
        return quoted.append("...'").toString();
      }
      char c = text.charAt(i);
      quoted.append(isPlain(c) ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return quoted.append('\'').toString();
  }

  private static boolean isPlain(char c) {
    return c >= ' '
        && Character.isDefined(c)
        && !Character.isISOControl(c)
        && !Character.isSurrogate(c)
        && Character.getType(c) != Character.LINE_SEPARATOR;
  }
}
