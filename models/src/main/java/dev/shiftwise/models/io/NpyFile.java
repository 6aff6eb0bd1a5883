package dev.shiftwise.models.io;

import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * NumPy's {@code .npy} files, in and out.
 *
 * <p>Versions 1.0 to 3.0 are read, little- and big-endian, in C and in Fortran order; floats,
 * integers (but uint64) and booleans become float32. Written is version 1.0, {@code <f4}, C order.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int LONGEST_HEADER = 1 << 16;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private NpyFile() {}

  /**
   * Reads a file as float32 in C order.
   *
   * @return a tensor in memory that lives for as long as it is reachable; nothing to close
   * @throws ModelFormatException if the file breaks a rule of the format, or holds other than
   *     numbers
   * @throws IOException if the file cannot be opened or read
   */
  public static Tensor read(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return read(file.toString(), InputFiles.map(file, arena));
    }
  }

  /**
   * Writes a tensor, replacing a file of the same name; the file appears complete or not at all.
   *
   * @throws IOException if the file cannot be written; nothing is left behind then
   */
  public static void write(Path file, Tensor tensor) throws IOException {
    NpyHeader header = new NpyHeader("<f4", false, tensor.dimensions());
    ByteBuffer start = start(header.toString());
    OutputFiles.writeAtomically(
        file,
        channel -> {
          OutputFiles.write(channel, start);
          OutputFiles.write(channel, tensor.data());
        });
  }

  private static ByteBuffer start(String header) {
    int before = MAGIC.length + 4; // the version and the header's length
    int all = Math.ceilDiv(before + header.length() + 1, ALIGNMENT) * ALIGNMENT;
    String padded = header + " ".repeat(all - before - header.length() - 1) + "\n";
    return ByteBuffer.allocate(all)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) padded.length())
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .flip();
  }

  private static Tensor read(String file, MemorySegment content) throws ModelFormatException {
    int prefix = prefix(file, content);
    long length = prefix == 10 ? content.get(SHORT, 8) & 0xffff : content.get(INT, 8);
    if (length < 0 || length > Math.min(LONGEST_HEADER, content.byteSize() - prefix)) {
      throw new ModelFormatException(
          file,
          "length of the header",
          String.valueOf(length),
          "at most " + Math.min(LONGEST_HEADER, content.byteSize() - prefix));
    }
    byte[] text = content.asSlice(prefix, length).toArray(ValueLayout.JAVA_BYTE);
    NpyHeader header = NpyHeader.parse(file, new String(text, StandardCharsets.UTF_8));
    NpyType type = NpyType.of(file, header.descr());
    MemorySegment data = content.asSlice(prefix + length);
    long count = count(file, header, type, data.byteSize());
    return new Tensor(convert(header, type, data, count), header.shape());
  }

  /** Checks what stands before the header; returns how many bytes that is. */
  private static int prefix(String file, MemorySegment content) throws ModelFormatException {
    long size = content.byteSize();
    MemorySegment start = content.asSlice(0, Math.min(size, MAGIC.length));
    if (start.mismatch(MemorySegment.ofArray(MAGIC)) >= 0) {
      throw new ModelFormatException(file, "start", "other bytes", "\\x93NUMPY (is it .npy?)");
    }
    int version = size > MAGIC.length ? content.get(ValueLayout.JAVA_BYTE, MAGIC.length) : 0;
    if (version < 1 || version > 3) {
      throw new ModelFormatException(file, "version", String.valueOf(version), "1, 2 or 3");
    }
    int prefix = version == 1 ? 10 : 12;
    if (size < prefix) {
      throw new ModelFormatException(file, "file", size + " bytes", "at least " + prefix);
    }
    return prefix;
  }

  private static long count(String file, NpyHeader header, NpyType type, long dataBytes)
      throws ModelFormatException {
    long bytes = type.bytes();
    try {
      for (long size : header.shape()) {
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (ArithmeticException e) {
      throw new ModelFormatException(
          file, "shape", header.shape().toString(), "a size below 2^63 bytes", e);
    }
    if (bytes != dataBytes) {
      String wanted = bytes + " bytes for shape " + header.shape() + " of " + header.descr();
      throw new ModelFormatException(file, "data", dataBytes + " bytes", wanted);
    }
    return bytes / type.bytes();
  }

  private static MemorySegment convert(
      NpyHeader header, NpyType type, MemorySegment data, long count) {
    MemorySegment floats = Arena.ofAuto().allocate(count * Float.BYTES, Float.BYTES);
    if (header.descr().equals("<f4") && !header.fortranOrder()) {
      return floats.copyFrom(data);
    }
    ByteOrder order = NpyType.order(header.descr());
    for (long i = 0; i < count; i++) {
      long source = header.fortranOrder() ? fortranIndex(header.shape(), i) : i;
      floats.set(FLOAT, i * Float.BYTES, type.read(data, source, order));
    }
    return floats;
  }

  /** Where the element with index {@code i} in C order lies in Fortran order. */
  private static long fortranIndex(List<Long> shape, long i) {
    long index = 0;
    long rest = i;
    for (int d = shape.size() - 1; d >= 0; d--) {
      index = index * shape.get(d) + rest % shape.get(d);
      rest /= shape.get(d);
    }
    return index;
  }
}
