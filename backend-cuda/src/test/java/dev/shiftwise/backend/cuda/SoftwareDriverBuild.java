package dev.shiftwise.backend.cuda;

import dev.shiftwise.conformance.Required;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.OS;

/**
 * Builds the software driver with g++ into {@code target/software-driver}, once for each content of
 * its sources; processes that come at the same time wait for one of them.
 */
final class SoftwareDriverBuild {
  /** What {@code -Dshiftwise.require} names, so that no test is skipped for want of a compiler. */
  static final String REQUIRED = "cuda-software";

  private static final Path SOURCES = Path.of("src/test/cpp").toAbsolutePath();
  private static final Path BUILDS = Path.of("target/software-driver").toAbsolutePath();

  private static final List<String> FLAGS =
      List.of("-std=c++17", "-O2", "-Wall", "-Wextra", "-fPIC", "-fvisibility=hidden");

  /** Of the stand-in for {@code libcuda.so.1}. */
  private static final List<String> DRIVER =
      List.of("context", "control", "errors", "launch", "library", "memory", "stream");

  private static final List<String> NVRTC = List.of("nvrtc", "translate");

  /** Of the stand-ins for cuDNN and cuBLAS, one each. */
  private static final List<String> LIBRARIES = List.of("cudnn", "cublas");

  /** What every CUBIN is linked with. */
  private static final List<String> CUBIN = List.of("access", "fibre", "runtime");

  private final Path folder;

  private SoftwareDriverBuild(Path folder) {
    this.folder = folder;
  }

  /** Returns it; where there is no compiler the test is skipped, or fails if it is required. */
  static SoftwareDriverBuild made() {
    try {
      Path folder = BUILDS.resolve(hash());
      if (!Files.exists(folder)) {
        requireCompiler();
        build(folder);
      }
      note(folder);
      return new SoftwareDriverBuild(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Links to the build that the tests use, for tests of other modules: older ones may be there. */
  private static void note(Path folder) throws IOException {
    Path link = BUILDS.resolve("used-" + ProcessHandle.current().pid());
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, folder.getFileName());
    Files.move(link, BUILDS.resolve("used"), StandardCopyOption.ATOMIC_MOVE);
  }

  Path driver() {
    return folder.resolve("libcuda.so.1");
  }

  Path nvrtc() {
    return folder.resolve("libnvrtc.so.12");
  }

  Path cudnn() {
    return folder.resolve("libcudnn.so");
  }

  Path cublas() {
    return folder.resolve("libcublas.so");
  }

  /** Returns a driver that does not export a function. */
  Path driverWithout(String function) {
    Path other = folder.resolve("without-" + function);
    Path library = other.resolve("libcuda.so.1");
    try {
      if (!Files.exists(library)) {
        Files.createDirectories(other);
        Path script = Files.writeString(other.resolve("exports"), "{local: " + function + ";};");
        linkDriver(folder, library, List.of("-Wl,--version-script=" + script));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return library;
  }

  /**
   * Returns what the compiler says where the prototypes are compared with those of a {@code
   * cuda.h}.
   *
   * @param toolkit the folder of the header
   */
  static String compared(Path toolkit) throws IOException, InterruptedException {
    requireCompiler();
    StringBuilder complaints = new StringBuilder();
    for (String name : DRIVER) {
      Process process =
          new ProcessBuilder(
                  "g++",
                  "-std=c++17",
                  "-fsyntax-only",
                  "-DSOFTDRIVER_TOOLKIT",
                  "-I" + toolkit,
                  SOURCES.resolve(name + ".cpp").toString())
              .redirectErrorStream(true)
              .start();
      complaints.append(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      process.waitFor();
    }
    return complaints.toString();
  }

  private static void requireCompiler() {
    Optional<Path> compiler = Tool.find("g++").filter(_ -> OS.LINUX.isCurrentOs());
    var _ =
        Required.present(
            compiler, REQUIRED, "no Linux with g++ on the path to build the software driver");
  }

  private static void build(Path folder) throws IOException {
    Files.createDirectories(BUILDS);
    try (FileChannel file =
            FileChannel.open(
                BUILDS.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      if (Files.exists(folder)) {
        return;
      }
      Path work = Files.createTempDirectory(BUILDS, "build");
      List<Process> running = new ArrayList<>();
      List<String> names = new ArrayList<>(DRIVER);
      names.addAll(CUBIN);
      names.addAll(NVRTC);
      names.addAll(LIBRARIES);
      String build = folder.getFileName().toString();
      for (String name : names) {
        running.add(start(work, build, name));
      }
      for (int i = 0; i < names.size(); i++) {
        end(running.get(i), work.resolve(names.get(i) + ".log"));
      }
      // By a name of its own, under which the libraries beside it find it loaded.
      Path driver = work.resolve("libcuda.so.1");
      linkDriver(work, driver, List.of("-Wl,-soname,libsoftdriver.so"));
      link(work, work.resolve("libnvrtc.so.12"), NVRTC, List.of());
      for (String library : LIBRARIES) {
        link(
            work,
            work.resolve("lib" + library + ".so"),
            List.of(library),
            List.of(driver.toString()));
      }
      Files.copy(SOURCES.resolve("prelude.h"), work.resolve("prelude.h"));
      Files.move(work, folder, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static Process start(Path work, String build, String name) throws IOException {
    List<String> command = new ArrayList<>(List.of("g++"));
    command.addAll(FLAGS);
    command.add("-DSOFTDRIVER_BUILD=\"" + build + "\"");
    if (CUBIN.contains(name)) {
      command.add("-fno-exceptions");
    }
    command.addAll(List.of("-c", SOURCES.resolve(name + ".cpp").toString()));
    command.addAll(List.of("-o", work.resolve(name + ".o").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(work.resolve(name + ".log").toFile())
        .start();
  }

  private static void end(Process process, Path log) throws IOException {
    try {
      if (process.waitFor() != 0) {
        throw new IOException(Files.readString(log));
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void linkDriver(Path work, Path library, List<String> flags) throws IOException {
    link(work, library, DRIVER, flags);
  }

  private static void link(Path work, Path library, List<String> names, List<String> flags)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("g++", "-shared", "-Wl,-z,defs"));
    command.addAll(List.of("-o", library.toString()));
    names.forEach(name -> command.add(work.resolve(name + ".o").toString()));
    command.addAll(flags);
    command.addAll(List.of("-lpthread", "-ldl"));
    Path log = Path.of(library + ".log");
    end(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(),
        log);
  }

  private static String hash() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(FLAGS.toString().getBytes(StandardCharsets.UTF_8));
      for (Path file : files.sorted().toList()) {
        digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
