package dev.shiftwise.models.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the readers share in opening files. */
public final class InputFiles {
  private InputFiles() {}

  /**
   * Refuses what is not a regular file: opening a pipe may block for ever, and a device has no size
   * to check a header against.
   */
  public static void requireRegular(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "no such file");
    }
    if (!Files.isRegularFile(file)) {
      String found = Files.isDirectory(file) ? "a folder" : "a device or pipe";
      throw new ModelFormatException(file.toString(), "file", found, "a regular file");
    }
  }

  /** Maps a whole file read-only for as long as the arena lives. */
  public static MemorySegment map(Path file, Arena arena) throws IOException {
    requireRegular(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }
}
