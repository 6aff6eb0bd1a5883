package dev.shiftwise.models.io;

import java.util.ArrayList;
import java.util.List;

/**
 * The header of an {@code .npy} file: a Python dictionary of exactly {@code descr}, {@code
 * fortran_order} and {@code shape}.
 *
 * @param descr the element type as NumPy writes it, such as {@code <f4}
 * @param fortranOrder whether the first index runs fastest
 * @param shape the sizes, outermost first
 */
record NpyHeader(String descr, boolean fortranOrder, List<Long> shape) {
  private static final int MOST_DIMENSIONS = 64;

  /** Reads the dictionary; names the place in it where it breaks off. */
  static NpyHeader parse(String file, String text) throws ModelFormatException {
    return new Parser(file, text).parse();
  }

  /** Writes the dictionary as NumPy does. */
  @Override
  public String toString() {
    StringBuilder sizes = new StringBuilder();
    for (long size : shape) {
      sizes.append(size).append(shape.size() == 1 ? "," : ", ");
    }
    if (shape.size() > 1) {
      sizes.setLength(sizes.length() - 2);
    }
    String order = fortranOrder ? "True" : "False";
    return "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }".formatted(descr, order, sizes);
  }

  /** A reader of just the Python that NumPy writes here. */
  private static final class Parser {
    private final String file;
    private final String text;
    private int at;
    private final List<String> keys = new ArrayList<>();
    private String descr = "";
    private boolean fortranOrder;
    private List<Long> shape = List.of();

    Parser(String file, String text) {
      this.file = file;
      this.text = text;
    }

    NpyHeader parse() throws ModelFormatException {
      expect('{');
      while (!accept('}')) {
        if (!keys.isEmpty()) {
          expect(',');
          if (accept('}')) {
            break;
          }
        }
        readField();
      }
      blanks();
      if (at != text.length()) {
        throw bad("nothing behind the dictionary");
      }
      if (keys.size() != 3) {
        throw new ModelFormatException(
            file, "header", keys.toString(), "descr, fortran_order and shape");
      }
      return new NpyHeader(descr, fortranOrder, shape);
    }

    private void readField() throws ModelFormatException {
      String key = readString();
      if (keys.contains(key)) {
        throw bad("each key once");
      }
      keys.add(key);
      expect(':');
      switch (key) {
        case "descr" -> descr = readString();
        case "fortran_order" -> fortranOrder = readBoolean();
        case "shape" -> shape = readSizes();
        default -> throw bad("descr, fortran_order or shape");
      }
    }

    private String readString() throws ModelFormatException {
      blanks();
      char quote = at < text.length() ? text.charAt(at) : ' ';
      int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw bad("a string in quotes (structured types are not read)");
      }
      String value = text.substring(at + 1, end);
      at = end + 1;
      return value;
    }

    private boolean readBoolean() throws ModelFormatException {
      blanks();
      for (String word : List.of("True", "False")) {
        if (text.startsWith(word, at)) {
          at += word.length();
          return word.equals("True");
        }
      }
      throw bad("True or False");
    }

    private List<Long> readSizes() throws ModelFormatException {
      List<Long> sizes = new ArrayList<>();
      expect('(');
      while (!accept(')')) {
        if (sizes.size() == MOST_DIMENSIONS) {
          throw bad("at most " + MOST_DIMENSIONS + " dimensions");
        }
        sizes.add(readSize());
        if (!accept(',')) {
          expect(')');
          break;
        }
      }
      return List.copyOf(sizes);
    }

    private long readSize() throws ModelFormatException {
      blanks();
      int begin = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      try {
        return Long.parseLong(text, begin, at, 10);
      } catch (NumberFormatException e) {
        at = begin;
        throw bad("an integer from 0 to 2^63 - 1");
      }
    }

    private void expect(char wanted) throws ModelFormatException {
      if (!accept(wanted)) {
        throw bad("'" + wanted + "'");
      }
    }

    private boolean accept(char wanted) {
      blanks();
      if (at < text.length() && text.charAt(at) == wanted) {
        at++;
        return true;
      }
      return false;
    }

    private void blanks() {
      while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private ModelFormatException bad(String wanted) {
      String rest = ModelFormatException.quote(text.substring(Math.min(at, text.length())));
      return new ModelFormatException(file, "header at character " + at, rest, wanted);
    }
  }
}
