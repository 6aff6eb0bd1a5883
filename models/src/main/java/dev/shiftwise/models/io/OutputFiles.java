package dev.shiftwise.models.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes files so that a reader sees the old content or the whole new content, never half of it.
 */
public final class OutputFiles {
  private static final int CHUNK_BYTES = 1 << 16;

  private OutputFiles() {}

  /** Something that writes one file's content from its start. */
  @FunctionalInterface
  interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a text, in UTF-8.
   *
   * @throws IOException if it cannot be written; what was there before stays then
   */
  public static void writeText(Path file, String text) throws IOException {
    writeBytes(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes bytes.
   *
   * @throws IOException if they cannot be written; what was there before stays then
   */
  public static void writeBytes(Path file, byte[] content) throws IOException {
    writeAtomically(file, channel -> write(channel, ByteBuffer.wrap(content)));
  }

  /** Writes a neighbouring temporary file and moves it into place once all of it is there. */
  static void writeAtomically(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path name = target.getFileName();
    if (name == null || Files.isDirectory(target)) {
      throw new IOException(file + ": found a folder, wanted the name of a file to write");
    }
    long random = ThreadLocalRandom.current().nextLong();
    Path part =
        target.resolveSibling("." + name + "." + HexFormat.of().toHexDigits(random) + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(part, target);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Writes all of a segment, which may live on the heap or be longer than a byte buffer can. */
  static void write(FileChannel channel, MemorySegment data) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, data.byteSize()));
    MemorySegment chunk = MemorySegment.ofBuffer(buffer);
    for (long done = 0; done < data.byteSize(); ) {
      int count = (int) Math.min(CHUNK_BYTES, data.byteSize() - done);
      MemorySegment.copy(data, done, chunk, 0, count);
      write(channel, buffer.position(0).limit(count));
      done += count;
    }
  }

  /** Writes all of a buffer's remaining bytes. */
  static void write(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static void move(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
