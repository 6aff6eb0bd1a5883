package dev.shiftwise.backend.cuda;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks into folders that may not be there, or may not be read: then there is nothing in them. */
final class Folders {
  private Folders() {}

  /** Returns what of a folder matches a pattern, sorted by name. */
  static List<Path> within(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      files.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    found.sort(null);
    return found;
  }

  /** Returns the path that a variable of the environment names, or nothing where it names none. */
  static Stream<Path> path(String value) {
    try {
      return value.isBlank() ? Stream.of() : Stream.of(Path.of(value.strip()));
    } catch (InvalidPathException e) {
      return Stream.of();
    }
  }

  /** Returns folders without those that are an earlier one under another name. */
  static List<Path> distinct(Stream<Path> folders) {
    Map<Path, Path> byPlace = new LinkedHashMap<>();
    folders.forEach(folder -> byPlace.putIfAbsent(target(folder), folder));
    return List.copyOf(byPlace.values());
  }

  /** Returns where a path leads if all links are followed; the path itself if nowhere. */
  static Path target(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }
}
