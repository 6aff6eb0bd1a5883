package dev.shiftwise.models.io;

import dev.shiftwise.models.io.SafetensorsFile.Entry;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Checks that the entries of a safetensors header cover the file's data exactly: each as long as
 * its shape and type say, no overlap, no hole, nothing left over, as the format demands.
 */
final class SafetensorsLayout {
  private SafetensorsLayout() {}

  static void check(String file, Collection<Entry> entries, long dataBytes)
      throws ModelFormatException {
    List<Entry> inOrder =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long covered = 0;
    for (Entry entry : inOrder) {
      checkSize(file, entry, dataBytes);
      if (entry.begin() != covered) {
        String fault = entry.begin() < covered ? "overlap with another tensor" : "hole before it";
        throw new ModelFormatException(
            file,
            where(entry) + " data_offsets",
            "begin " + entry.begin() + " (" + fault + ")",
            String.valueOf(covered));
      }
      covered = entry.end();
    }
    if (covered != dataBytes) {
      throw new ModelFormatException(
          file,
          "data",
          dataBytes + " bytes behind the header",
          covered + " bytes, the end of the last tensor");
    }
  }

  private static void checkSize(String file, Entry entry, long dataBytes)
      throws ModelFormatException {
    if (entry.end() < entry.begin() || entry.end() > dataBytes) {
      throw new ModelFormatException(
          file,
          where(entry) + " data_offsets",
          "[" + entry.begin() + ", " + entry.end() + "]",
          "begin <= end <= " + dataBytes + ", the bytes of data in the file");
    }
    long wanted = bytes(file, entry);
    if (entry.end() - entry.begin() != wanted) {
      throw new ModelFormatException(
          file,
          where(entry) + " data_offsets",
          (entry.end() - entry.begin()) + " bytes",
          wanted + " bytes for shape " + entry.shape() + " of " + entry.type());
    }
  }

  private static long bytes(String file, Entry entry) throws ModelFormatException {
    long bits = SafetensorsType.valueOf(entry.type()).bits();
    try {
      for (long size : entry.shape()) {
        bits = Math.multiplyExact(bits, size);
      }
    } catch (ArithmeticException e) {
      throw new ModelFormatException(
          file, where(entry) + " shape", entry.shape().toString(), "a size below 2^63 bits", e);
    }
    if (bits % 8 != 0) {
      throw new ModelFormatException(
          file, where(entry) + " shape", bits + " bits", "a whole number of bytes");
    }
    return bits / 8;
  }

  private static String where(Entry entry) {
    return "tensor " + ModelFormatException.quote(entry.name());
  }
}
