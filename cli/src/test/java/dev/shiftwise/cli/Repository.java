package dev.shiftwise.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The files of the checkout that tests use. */
final class Repository {
  private Repository() {}

  /** Returns a file or folder by its path from the root of the checkout. */
  static Path file(String path) {
    return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
        .filter(folder -> Files.exists(folder.resolve("mvnw")))
        .findFirst()
        .orElseThrow()
        .resolve(path);
  }

  static Path photograph(String name) {
    return file("examples/photographs").resolve(name);
  }
}
