package dev.shiftwise.models.io;

import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An open safetensors file: named tensors as views of the mapped file, no byte copied.
 *
 * <p>The format: eight bytes with the header's length N (little-endian), N bytes of JSON (each
 * tensor's type, shape and offsets; strings under {@code __metadata__}), then the data. All of the
 * header is checked on opening, with the rules of the format's own reader: a header of at most 100
 * MB, sizes that fit the offsets, no duplicate names, no overlaps, no holes, nothing left over.
 *
 * <p><b>Ownership.</b> Whoever opens the file closes it. Its tensors are views and end with it; a
 * compiled session has packed what it needs and outlives it. A file may be read from any thread.
 * The file must not be cut short by another process while it is mapped.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The limit that the format's own reader sets: 100 MB. */
  private static final long LONGEST_HEADER = 100_000_000;

  private final String name;
  private final @Nullable Arena arena;
  private final MemorySegment data;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  /**
   * One tensor as the header describes it.
   *
   * @param name its name, unique in the file
   * @param type its element type as the format names it: {@code F32}, {@code F16}, {@code I64} ...
   * @param shape its sizes, outermost first; empty for a scalar
   * @param begin its first byte, counted from the end of the header
   * @param end the byte behind its last
   */
  public record Entry(String name, String type, List<Long> shape, long begin, long end) {
    /** Copies the shape. */
    public Entry {
      shape = List.copyOf(shape);
    }
  }

  private SafetensorsFile(String name, @Nullable Arena arena, MemorySegment content)
      throws ModelFormatException {
    this.name = name;
    this.arena = arena;
    byte[] header = headerBytes(name, content);
    SafetensorsHeader parsed = SafetensorsHeader.parse(name, header);
    this.data = content.asSlice(LENGTH.byteSize() + header.length);
    this.entries = Collections.unmodifiableMap(parsed.entries());
    this.metadata = Collections.unmodifiableMap(parsed.metadata());
    SafetensorsLayout.check(name, entries.values(), data.byteSize());
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws ModelFormatException if the file breaks a rule of the format
   * @throws IOException if the file cannot be opened or mapped
   */
  public static SafetensorsFile open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      return new SafetensorsFile(file.toString(), arena, InputFiles.map(file, arena));
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads content that is in memory already, such as a resource of a jar; nothing is copied.
   *
   * @param name what error messages call it
   * @param content the whole file; its lifetime stays with the caller
   * @throws ModelFormatException if the content breaks a rule of the format
   */
  public static SafetensorsFile of(String name, MemorySegment content) throws ModelFormatException {
    return new SafetensorsFile(name, null, content.asReadOnly());
  }

  private static byte[] headerBytes(String name, MemorySegment content)
      throws ModelFormatException {
    if (content.byteSize() < LENGTH.byteSize()) {
      throw new ModelFormatException(
          name, "file", content.byteSize() + " bytes", "at least 8, the length of the header");
    }
    long length = content.get(LENGTH, 0);
    long most = Math.min(LONGEST_HEADER, content.byteSize() - LENGTH.byteSize());
    if (length < 0 || length > most) {
      throw new ModelFormatException(
          name,
          "length of the header",
          Long.toUnsignedString(length),
          "at most " + most + " bytes (is this a safetensors file?)");
    }
    return content.asSlice(LENGTH.byteSize(), length).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Returns the file's path, or what else error messages call it. */
  public String name() {
    return name;
  }

  /** Returns all tensors by name, in the order of the header. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** Returns the strings under {@code __metadata__}; empty if there are none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Returns one tensor as a view of the file.
   *
   * @throws ModelFormatException if there is no such tensor, or its elements are not {@code F32}
   * @throws IllegalStateException if the file is closed
   */
  public Tensor tensor(String tensor) throws ModelFormatException {
    Entry entry = entries.get(tensor);
    String where = "tensor " + ModelFormatException.quote(tensor);
    if (entry == null) {
      throw new ModelFormatException(name, where, "no such tensor", "one of " + entries.size());
    }
    if (!entry.type().equals(SafetensorsType.F32.name())) {
      throw new ModelFormatException(name, where + " dtype", entry.type(), "F32");
    }
    return new Tensor(data.asSlice(entry.begin(), entry.end() - entry.begin()), entry.shape());
  }

  /** Unmaps the file; its tensors must no longer be read. Closing twice does nothing. */
  @Override
  public synchronized void close() {
    if (arena != null && arena.scope().isAlive()) {
      arena.close();
    }
  }
}
