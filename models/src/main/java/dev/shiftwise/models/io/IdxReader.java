package dev.shiftwise.models.io;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads an IDX file of unsigned bytes, plain or compressed with gzip, item by item.
 *
 * <p>The format (of the MNIST family): two zero bytes, a type, the number of dimensions, each
 * dimension as a big-endian 32-bit integer, then the elements. The first dimension counts the
 * items; the others are the shape of one. Memory holds one item at a time, and nothing is allocated
 * by what the header says before that many bytes have come.
 *
 * <p>Used by one thread at a time; whoever opens it closes it.
 */
public final class IdxReader implements AutoCloseable {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MOST_DIMENSIONS = 8;
  private static final int LARGEST_ITEM = 1 << 26;
  private static final int GZIP_MAGIC = 0x1f8b;

  private final String file;
  private final DataInputStream in;
  private final int count;
  private final List<Integer> itemShape;
  private final int itemSize;
  private int taken;

  private IdxReader(String file, DataInputStream in) throws IOException {
    this.file = file;
    this.in = in;
    List<Integer> dimensions = readDimensions();
    this.count = dimensions.getFirst();
    this.itemShape = List.copyOf(dimensions.subList(1, dimensions.size()));
    this.itemSize = itemSize();
  }

  /**
   * Opens a file and reads its header; gzip is recognised by its content, not by its name.
   *
   * @throws ModelFormatException if it is not an IDX file of unsigned bytes
   * @throws IOException if the file cannot be opened or read
   */
  public static IdxReader open(Path path) throws IOException {
    InputFiles.requireRegular(path);
    String file = path.toString();
    InputStream raw = new BufferedInputStream(Files.newInputStream(path));
    try {
      boolean compressed = startsWithGzip(raw);
      IdxReader reader = decode(file, () -> new IdxReader(file, decoded(raw, compressed)));
      if (!compressed) {
        reader.checkLength(Files.size(path));
      }
      return reader;
    } catch (Throwable e) {
      raw.close();
      throw e;
    }
  }

  /** Returns how many items the header promises. */
  public int count() {
    return count;
  }

  /** Returns the shape of one item: {@code [height, width]} of images, empty for labels. */
  public List<Integer> itemShape() {
    return itemShape;
  }

  /**
   * Says whether there are more items; after the last one also checks that the file ends there.
   *
   * @throws ModelFormatException if more bytes follow the last item
   */
  public boolean hasNext() throws IOException {
    if (taken < count) {
      return true;
    }
    if (decode(file, in::read) >= 0) {
      throw bad("end", "more bytes", "the end of the file after " + count + " items");
    }
    return false;
  }

  /**
   * Reads one item.
   *
   * @return its elements, row by row, in an array of the caller's own
   * @throws ModelFormatException if the file ends early
   * @throws NoSuchElementException if all items have been read
   */
  public byte[] next() throws IOException {
    if (taken == count) {
      throw new NoSuchElementException(file + ": all " + count + " items have been read");
    }
    byte[] item = decode(file, () -> in.readNBytes(itemSize)); // grows with the bytes that come
    if (item.length < itemSize) {
      throw bad(
          "item " + taken,
          "the end of the file after " + item.length + " bytes",
          itemSize + " bytes, and " + count + " items");
    }
    taken++;
    return item;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private List<Integer> readDimensions() throws IOException {
    int magic = in.readInt();
    int type = (magic >> 8) & 0xff;
    int rank = magic & 0xff;
    if (magic >>> 16 != 0 || rank == 0 || rank > MOST_DIMENSIONS) {
      String wanted = "00 00, a type, and 1 to " + MOST_DIMENSIONS + " dimensions";
      throw bad("magic number", String.format("%08x", magic), wanted + " (is this an IDX file?)");
    }
    if (type != UNSIGNED_BYTE) {
      throw bad("type", String.format("0x%02x", type), "0x08 (unsigned bytes)");
    }
    List<Integer> dimensions = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      int size = in.readInt();
      if (size < (i == 0 ? 0 : 1)) {
        throw bad("dimension " + i, Integer.toUnsignedString(size), "1 to 2147483647");
      }
      dimensions.add(size);
    }
    return dimensions;
  }

  private int itemSize() throws ModelFormatException {
    long size = 1;
    for (int dimension : itemShape) {
      size *= dimension;
      if (size > LARGEST_ITEM) {
        throw bad("item shape", itemShape.toString(), "at most " + LARGEST_ITEM + " bytes an item");
      }
    }
    return (int) size;
  }

  private void checkLength(long length) throws ModelFormatException {
    long header = 4L * (2 + itemShape.size());
    long wanted = header + (long) count * itemSize;
    if (length != wanted) {
      String sizes = count + " items of shape " + itemShape;
      throw bad("file", length + " bytes", wanted + " bytes for " + sizes);
    }
  }

  private ModelFormatException bad(String where, String found, String wanted) {
    return new ModelFormatException(file, where, found, wanted);
  }

  private static boolean startsWithGzip(InputStream raw) throws IOException {
    raw.mark(2);
    int magic = raw.read() << 8 | raw.read();
    raw.reset();
    return magic == GZIP_MAGIC;
  }

  private static DataInputStream decoded(InputStream raw, boolean compressed) throws IOException {
    return new DataInputStream(
        compressed ? new BufferedInputStream(new GZIPInputStream(raw)) : raw);
  }

  /** Something that reads, and may find the end or broken compression. */
  @FunctionalInterface
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T decode(String file, Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (EOFException e) {
      throw new ModelFormatException(file, "file", "an early end", "all of it", e);
    } catch (ZipException e) {
      String found = "broken compression (" + e.getMessage() + ")";
      throw new ModelFormatException(file, "gzip", found, "a sound gzip stream", e);
    }
  }
}
