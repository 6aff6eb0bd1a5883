package dev.shiftwise.backend;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where this system keeps a user's caches. */
final class CachePlace {
  private static final String NAME = "shiftwise";

  private CachePlace() {}

  /** A property or variable by its name; null if it is not set. */
  @FunctionalInterface
  interface Setting {
    /** Returns its value. */
    @Nullable String get(String name);
  }

  /**
   * Returns the folder, which may not exist yet; nothing where the user has no home.
   *
   * @param system the operating system's name, as Java words it
   */
  static Optional<Path> root(String system, Setting properties, Setting variables) {
    String asked = properties.get(KernelCache.FOLDER);
    if (asked != null && !asked.isBlank()) {
      return Optional.of(Path.of(asked).toAbsolutePath());
    }
    if (system.startsWith("Windows")) {
      return absolute(variables.get("LOCALAPPDATA")).map(data -> data.resolve(NAME));
    }
    Optional<Path> home = absolute(properties.get("user.home"));
    if (system.startsWith("Mac")) {
      return home.map(path -> path.resolve("Library", "Caches", NAME));
    }
    // A relative path is to be ignored, says the XDG specification.
    return absolute(variables.get("XDG_CACHE_HOME"))
        .or(() -> home.map(path -> path.resolve(".cache")))
        .map(caches -> caches.resolve(NAME));
  }

  /** Java says {@code ?} for the home of a user whom the system does not know. */
  private static Optional<Path> absolute(@Nullable String path) {
    return Optional.ofNullable(path)
        .filter(text -> !text.isBlank())
        .map(Path::of)
        .filter(Path::isAbsolute);
  }
}
