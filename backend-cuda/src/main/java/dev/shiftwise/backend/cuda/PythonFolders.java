package dev.shiftwise.backend.cuda;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders of Python environments in which NVIDIA's packages put their libraries: {@code
 * nvidia/cuda_nvrtc/lib} for CUDA 12, {@code nvidia/cu13/lib} for CUDA 13.
 *
 * <p>An environment is one that is active ({@code VIRTUAL_ENV}, {@code CONDA_PREFIX}), that {@code
 * PYTHONPATH} names, or whose {@code python3} is on the path; then the system's.
 */
final class PythonFolders {
  private static final List<String> ACTIVE = List.of("VIRTUAL_ENV", "CONDA_PREFIX");

  private final Function<String, @Nullable String> variables;
  private final Path root;

  PythonFolders(Function<String, @Nullable String> variables, Path root) {
    this.variables = variables;
    this.root = root;
  }

  /** Returns those that are there. */
  Collection<Path> libraries() {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path home : homes()) {
      // Conda's own packages lie beside Python.
      if (Files.isDirectory(home.resolve("conda-meta"))) {
        folders.add(home.resolve("lib"));
      }
      packages(home).flatMap(PythonFolders::nvidia).forEach(folders::add);
    }
    paths("PYTHONPATH").flatMap(PythonFolders::nvidia).forEach(folders::add);
    return folders;
  }

  private Collection<Path> homes() {
    Set<Path> homes = new LinkedHashSet<>();
    ACTIVE.forEach(variable -> paths(variable).forEach(homes::add));
    paths("PATH").map(folder -> folder.resolve("python3")).forEach(file -> addHome(file, homes));
    paths("HOME").map(home -> home.resolve(".local")).forEach(homes::add);
    homes.add(root.resolve("usr/local"));
    homes.add(root.resolve("usr"));
    return homes;
  }

  /** A virtual environment's Python is a link to another's: first where the link lies. */
  private static void addHome(Path python, Set<Path> homes) {
    if (!Files.isExecutable(python)) {
      return;
    }
    Stream.of(python, Folders.target(python))
        .map(Path::getParent)
        .filter(bin -> bin != null && bin.getParent() != null)
        .map(Path::getParent)
        .forEach(homes::add);
  }

  private static Stream<Path> packages(Path home) {
    return Stream.of("lib", "lib64")
        .map(home::resolve)
        .flatMap(lib -> Folders.within(lib, "python3*").reversed().stream())
        .flatMap(python -> Stream.of("site-packages", "dist-packages").map(python::resolve));
  }

  private static Stream<Path> nvidia(Path packages) {
    // "cu13" before "cuda_nvrtc": the newer layout first.
    return Folders.within(packages.resolve("nvidia"), "cu*").stream()
        .map(folder -> folder.resolve("lib"))
        .filter(Files::isDirectory);
  }

  private Stream<Path> paths(String variable) {
    String value = variables.apply(variable);
    return value == null
        ? Stream.of()
        : Stream.of(value.split(File.pathSeparator, -1)).flatMap(Folders::path);
  }
}
