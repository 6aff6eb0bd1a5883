package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.InputFiles;
import dev.shiftwise.models.io.ModelFormatException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files beside a model that hold its weights. They lie in the model's folder or below it: a
 * model that somebody sent must not make anybody read other files.
 */
final class ExternalData {
  private static final int MOST_FILES = 4096;

  private final ReadLimits limits;
  private final @Nullable Path folder;
  private final Arena arena;
  private final Map<String, MemorySegment> mapped = new HashMap<>();

  /**
   * Knows the folder.
   *
   * @param folder the model's, or null if it has none
   * @param arena unmaps the files
   */
  ExternalData(ReadLimits limits, @Nullable Path folder, Arena arena) {
    this.limits = limits;
    this.folder = folder;
    this.arena = arena;
  }

  /**
   * Returns a tensor's bytes as a view of the mapped file.
   *
   * @param what what messages call the tensor
   * @param entries {@code location}, and {@code offset} and {@code length} where they are given
   */
  MemorySegment data(String what, Map<String, String> entries) throws ModelFormatException {
    String location = entries.get("location");
    if (location == null) {
      throw limits.fault(what, "external data without location", "a file in the model's folder");
    }
    MemorySegment file = mapped.get(location);
    if (file == null) {
      if (mapped.size() == MOST_FILES) {
        throw limits.fault(what, "more than " + MOST_FILES + " external files", "fewer");
      }
      file = map(what, location);
      mapped.put(location, file);
    }
    long offset = number(what, entries, "offset", 0);
    if (offset > file.byteSize()) {
      throw limits.fault(
          what, "offset " + offset, "at most the " + file.byteSize() + " bytes of " + location);
    }
    long length = number(what, entries, "length", file.byteSize() - offset);
    if (length > file.byteSize() - offset) {
      throw limits.fault(
          what,
          "length " + length,
          "at most the " + (file.byteSize() - offset) + " bytes of " + location + " from there");
    }
    return file.asSlice(offset, length);
  }

  private MemorySegment map(String what, String location) throws ModelFormatException {
    String quoted = ModelFormatException.quote(location);
    if (folder == null) {
      throw limits.fault(what, "external data " + quoted, "data inside the file");
    }
    try {
      Path relative = Path.of(location);
      if (relative.isAbsolute() || location.isEmpty() || climbs(relative)) {
        throw limits.fault(what, "external data " + quoted, "a file in the model's folder");
      }
      Path inside = folder.toRealPath();
      Path file = inside.resolve(relative).toRealPath();
      if (!file.startsWith(inside)) {
        throw limits.fault(
            what,
            "external data " + quoted + ", a link to elsewhere",
            "a file in the model's folder");
      }
      return InputFiles.map(file, arena);
    } catch (InvalidPathException e) {
      throw limits.fault(what, "external data " + quoted, "a file's name");
    } catch (ModelFormatException e) {
      throw e;
    } catch (IOException e) {
      throw limits.fault(
          what, "external data " + quoted + " that cannot be read", "a file in the model's folder");
    }
  }

  private static boolean climbs(Path relative) {
    for (Path part : relative) {
      if (part.toString().equals("..")) {
        return true;
      }
    }
    return false;
  }

  private long number(String what, Map<String, String> entries, String key, long otherwise)
      throws ModelFormatException {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, as for a negative number.
    }
    throw limits.fault(
        what, key + " " + ModelFormatException.quote(text), "a number of bytes, 0 or more");
  }
}
