package dev.shiftwise.architecture;

import java.io.File;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The modules of Shiftwise, as they lie on this test's class path. */
final class Modules {
  private static final String PREFIX = "dev.shiftwise.";

  private Modules() {}

  /** Every Shiftwise module, as its module descriptor states it, sorted by name. */
  static List<ModuleReference> all() {
    Path[] entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(Modules::isOurs)
            .toArray(Path[]::new);
    return ModuleFinder.of(entries).findAll().stream()
        .filter(module -> module.descriptor().name().startsWith(PREFIX))
        .sorted(Comparator.comparing(module -> module.descriptor().name()))
        .toList();
  }

  /** A jar or a folder of classes; the folders of tests beside them have no descriptor. */
  private static boolean isOurs(Path entry) {
    if (entry.getFileName().toString().startsWith("shiftwise-")) {
      return true;
    }
    return Files.exists(entry.resolve("module-info.class"));
  }
}
