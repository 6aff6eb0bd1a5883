package dev.shiftwise.backend.cuda;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where CUDA's libraries may lie, beside where the system's loader looks.
 *
 * <p>A path that was given is the only one. Otherwise, in this order: the folders of a CUDA that
 * the environment names, the loader's own places, the folders of usual installations, and Python
 * environments, which bring NVIDIA's libraries along in folders that no loader knows.
 */
final class LibrarySearch {
  /** The system property with the path of the driver's library. */
  static final String DRIVER = "shiftwise.cuda.driver";

  /** The system property with the path of NVRTC. */
  static final String NVRTC = "shiftwise.cuda.nvrtc";

  /** The system property with the path of cuDNN. */
  static final String CUDNN = "shiftwise.cuda.cudnn";

  /** The system property with the path of cuBLAS. */
  static final String CUBLAS = "shiftwise.cuda.cublas";

  private static final List<String> VARIABLES = List.of("CUDA_PATH", "CUDA_HOME");

  private static final List<String> DRIVER_FOLDERS =
      List.of(
          "usr/lib/wsl/lib",
          "usr/lib/x86_64-linux-gnu",
          "usr/lib/aarch64-linux-gnu",
          "usr/lib64",
          "usr/lib64/nvidia",
          "usr/local/nvidia/lib64",
          "run/opengl-driver/lib");

  private static final List<String> TOOLKIT_FOLDERS =
      List.of("lib64", "lib", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib");

  private static final List<String> SYSTEM_FOLDERS =
      List.of("usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib64");

  private final Function<String, @Nullable String> variables;
  private final Function<String, @Nullable String> properties;
  private final Path root;

  /**
   * Takes what a search depends on.
   *
   * @param variables the environment
   * @param properties the system properties
   * @param root the root of the file system
   */
  LibrarySearch(
      Function<String, @Nullable String> variables,
      Function<String, @Nullable String> properties,
      Path root) {
    this.variables = variables;
    this.properties = properties;
    this.root = root;
  }

  /** Returns the search on this machine. */
  static LibrarySearch here() {
    return new LibrarySearch(System::getenv, System::getProperty, Path.of("/"));
  }

  /**
   * What to try.
   *
   * @param names file names, without a path
   * @param files what to give to the loader, best first
   * @param without folders in which there is none of the names
   */
  record Places(List<String> names, List<String> files, List<Path> without) {

    /** Copies the lists. */
    Places {
      names = List.copyOf(names);
      files = List.copyOf(files);
      without = List.copyOf(without);
    }

    /** Says where there was nothing to try; empty if there is no such folder. */
    String nothingIn() {
      return without.isEmpty()
          ? ""
          : "no "
              + String.join(" or ", names)
              + " in "
              + without.stream().map(Path::toString).collect(Collectors.joining(", "));
    }
  }

  /** Returns where the driver's library may lie. */
  Places driver() {
    List<String> names = List.of("libcuda.so.1");
    String given = properties.apply(DRIVER);
    return given != null
        ? given(given)
        : places(names, List.of(), DRIVER_FOLDERS.stream().map(root::resolve).toList());
  }

  /**
   * Returns where NVRTC may lie.
   *
   * @param versions which of its major versions to look for, best first
   */
  Places nvrtc(List<Integer> versions) {
    return library(NVRTC, "libnvrtc.so.", versions);
  }

  /** Returns where cuDNN may lie. */
  Places cudnn() {
    return library(CUDNN, "libcudnn.so.", List.of(9));
  }

  /**
   * Returns where cuBLAS may lie.
   *
   * @param versions which of its major versions to look for, best first
   */
  Places cublas(List<Integer> versions) {
    return library(CUBLAS, "libcublas.so.", versions);
  }

  /** Returns where a library lies that comes with a toolkit or beside it. */
  private Places library(String property, String name, List<Integer> versions) {
    List<String> names = versions.stream().map(version -> name + version).toList();
    String given = properties.apply(property);
    if (given != null) {
      return given(given);
    }
    List<Path> named = Folders.distinct(VARIABLES.stream().flatMap(this::named));
    List<Path> usual =
        Folders.distinct(
            Stream.of(
                    named.stream(),
                    installed(),
                    SYSTEM_FOLDERS.stream().map(root::resolve),
                    new PythonFolders(variables, root).libraries().stream())
                .flatMap(folders -> folders));
    return places(names, named, usual.subList(named.size(), usual.size()));
  }

  private static Places given(String path) {
    return new Places(List.of(path), List.of(path), List.of());
  }

  private static Places places(List<String> names, List<Path> before, List<Path> after) {
    List<String> files = new ArrayList<>();
    List<Path> without = new ArrayList<>();
    before.forEach(folder -> look(folder, names, files, without));
    files.addAll(names);
    after.forEach(folder -> look(folder, names, files, without));
    return new Places(names, files, without);
  }

  private static void look(
      Path folder, List<String> names, List<String> files, List<Path> without) {
    List<String> found =
        names.stream()
            .map(folder::resolve)
            .filter(Files::isRegularFile)
            .map(Path::toString)
            .toList();
    files.addAll(found);
    if (found.isEmpty()) {
      without.add(folder);
    }
  }

  private Stream<Path> named(String variable) {
    String value = variables.apply(variable);
    return value == null ? Stream.of() : Folders.path(value).flatMap(LibrarySearch::toolkit);
  }

  /** The toolkits in the places where NVIDIA's and the distributions' packages put them. */
  private Stream<Path> installed() {
    Path local = root.resolve("usr/local");
    return Stream.concat(
            Stream.of(local.resolve("cuda"), root.resolve("opt/cuda")),
            // The newest first.
            Folders.within(local, "cuda-*").reversed().stream())
        .filter(Files::isDirectory)
        .flatMap(LibrarySearch::toolkit);
  }

  private static Stream<Path> toolkit(Path home) {
    return TOOLKIT_FOLDERS.stream().map(home::resolve).filter(Files::isDirectory);
  }
}
