package dev.shiftwise.backend.cuda;

import dev.shiftwise.conformance.Required;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The headers of CUDA's libraries, where a toolkit or a Python environment has brought them. */
final class Headers {
  /** The system property with folders to look into before any other. */
  static final String FOLDERS = "shiftwise.test.cuda.include";

  /** Those that include the CUDA runtime's. */
  private static final Set<String> LIBRARIES = Set.of("cudnn.h", "cublas_v2.h");

  private static final String RUNTIME = "cuda_runtime_api.h";

  private Headers() {}

  /** Returns the folder with a header; without it the test is skipped, or fails if required. */
  static Path folderWith(String header) {
    List<Path> folders = folders().distinct().toList();
    Optional<Path> found =
        folders.stream().filter(folder -> Files.isRegularFile(folder.resolve(header))).findFirst();
    return Required.present(
        found, header, "no " + header + " in " + folders + "; -D" + FOLDERS + "=FOLDER names one");
  }

  /**
   * Returns the folders with a header and with what it includes, as {@link #folderWith} each: in
   * Python environments those are different packages.
   */
  static List<Path> foldersFor(String header) {
    Stream<String> wanted =
        LIBRARIES.contains(header) ? Stream.of(header, RUNTIME) : Stream.of(header);
    return wanted.map(Headers::folderWith).distinct().toList();
  }

  private static Stream<Path> folders() {
    Stream<Path> given = paths(System.getProperty(FOLDERS));
    Stream<Path> toolkits =
        Stream.concat(
                Stream.of("CUDA_PATH", "CUDA_HOME").flatMap(name -> paths(System.getenv(name))),
                Stream.concat(
                    Stream.of(Path.of("/usr/local/cuda"), Path.of("/opt/cuda")),
                    Folders.within(Path.of("/usr/local"), "cuda-*").stream()))
            .map(home -> home.resolve("include"));
    Stream<Path> environments =
        new PythonFolders(System::getenv, Path.of("/"))
            .libraries().stream().map(libraries -> libraries.resolveSibling("include"));
    return Stream.of(given, toolkits, environments).flatMap(folders -> folders);
  }

  private static Stream<Path> paths(@Nullable String value) {
    return Stream.of(Objects.requireNonNullElse(value, "").split(File.pathSeparator))
        .flatMap(Folders::path);
  }
}
