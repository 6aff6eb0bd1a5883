package dev.shiftwise.dist;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Jars as modules, and what they need.
 *
 * @param jars at least one
 */
record ModulePath(List<Path> jars) {

  /** Copies the list. */
  ModulePath {
    jars = List.copyOf(jars);
  }

  /** Returns the jars of a class path; its folders are left out. */
  static ModulePath ofClassPath(String classPath) {
    return new ModulePath(
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .map(Path::of)
            .toList());
  }

  /** Returns the jars of a folder, sorted. */
  static ModulePath ofFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ModulePath(
          files.filter(file -> file.toString().endsWith(".jar")).sorted().toList());
    }
  }

  /** Returns these jars and, behind them, others. */
  ModulePath and(ModulePath others) {
    List<Path> all = new ArrayList<>(jars);
    all.addAll(others.jars);
    return new ModulePath(all);
  }

  /**
   * Returns the modules of the JDK that have to be there for all of these to start: what their
   * descriptors ask for, and what the classes use of those that have none.
   */
  Set<String> jdkModules() {
    Set<String> needed = new TreeSet<>();
    for (ResolvedModule module : resolve().modules()) {
      if (module.reference().location().map(URI::getScheme).filter("jrt"::equals).isPresent()) {
        needed.add(module.name());
      }
    }
    List<String> undescribed =
        finder().findAll().stream()
            .filter(module -> module.descriptor().isAutomatic())
            .map(module -> Path.of(module.location().orElseThrow()).toString())
            .toList();
    if (!undescribed.isEmpty()) {
      needed.addAll(usedBy(undescribed));
    }
    return needed;
  }

  private static List<String> usedBy(List<String> jars) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--print-module-deps",
                "--ignore-missing-deps",
                "--multi-release",
                String.valueOf(Runtime.version().feature())));
    arguments.addAll(jars);
    return List.of(JdkTool.run("jdeps", arguments).strip().split(","));
  }

  private ModuleFinder finder() {
    return ModuleFinder.of(jars.toArray(Path[]::new));
  }

  private Configuration resolve() {
    Set<String> roots =
        finder().findAll().stream()
            .map(ModuleReference::descriptor)
            .map(descriptor -> descriptor.name())
            .collect(Collectors.toSet());
    return Configuration.resolve(
        finder(), List.of(ModuleLayer.empty().configuration()), ModuleFinder.ofSystem(), roots);
  }
}
