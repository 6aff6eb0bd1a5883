package dev.shiftwise.backend.opencl;

import dev.shiftwise.conformance.Required;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jocl.CL;

/**
 * Runs a main class of the tests in a JVM whose only OpenCL device is oclgrind's: an interpreter of
 * kernels that complains of every access out of bounds and of every race.
 *
 * <p>A program under oclgrind ends as if nothing had been found. What counts is what it wrote to
 * standard error. (A file named by OCLGRIND_LOG would not do: every new context empties it.)
 */
final class Oclgrind {
  /** The system property that names the driver's file where it lies in no ordinary place. */
  private static final String DRIVER = "shiftwise.oclgrind";

  private static final String FILE = "oclgrind/liboclgrind-rt-icd.so";
  private static final List<String> FOLDERS =
      List.of("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/opt");

  private static final List<String> FLAGS =
      List.of(
          FreshJvm.ACCESS,
          "-Dshiftwise.cache=off",
          "-Dshiftwise.opencl.tuning=off",
          // Nothing of Java's is hot enough here.
          "-XX:TieredStopAtLevel=1");

  private static final Map<String, String> CHECKS =
      Map.of(
          "OCLGRIND_DATA_RACES", "1",
          // Also where all write the same.
          "OCLGRIND_UNIFORM_WRITES", "1",
          "OCLGRIND_CHECK_API", "1",
          // Races are found by what work-items do, however many threads play them. On small shapes
          // starting a second one for every kernel costs more than it saves.
          "OCLGRIND_NUM_THREADS", "1");

  private final Path driver;
  private final List<String> flags;

  private Oclgrind(Path driver, List<String> flags) {
    this.driver = driver;
    this.flags = flags;
  }

  /** Returns it with one flag more for its JVMs. */
  Oclgrind with(String flag) {
    return new Oclgrind(driver, Stream.concat(flags.stream(), Stream.of(flag)).toList());
  }

  /**
   * What came of a run.
   *
   * @param output what the program printed
   * @param complaints what it wrote to standard error; empty if nothing is wrong
   */
  record Report(String output, String complaints) {}

  /** Returns it; without it the test is skipped, or fails where oclgrind is required. */
  static Oclgrind installed() {
    String absent = "no " + FILE + " in " + FOLDERS + ", and -D" + DRIVER + " names no file";
    return new Oclgrind(Required.present(find(), "oclgrind", absent), FLAGS);
  }

  private static Optional<Path> find() {
    String given = System.getProperty(DRIVER);
    Stream<Path> candidates =
        given != null
            ? Stream.of(Path.of(given))
            : FOLDERS.stream().flatMap(Oclgrind::within).map(folder -> folder.resolve(FILE));
    return candidates.filter(Files::isRegularFile).findFirst();
  }

  /** Returns a folder and those in it, such as {@code /usr/lib/x86_64-linux-gnu}. */
  private static Stream<Path> within(String name) {
    Path folder = Path.of(name);
    if (!Files.isDirectory(folder)) {
      return Stream.of();
    }
    try (Stream<Path> inside = Files.list(folder)) {
      List<Path> folders = inside.filter(Files::isDirectory).sorted().toList();
      return Stream.concat(Stream.of(folder), folders.stream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a program; it has to end well.
   *
   * @param folder where files for this run may be written
   */
  Report run(Path folder, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Path vendors = Files.createDirectories(folder.resolve("vendors"));
    Files.writeString(vendors.resolve("oclgrind.icd"), driver + "\n");
    Path complaints = folder.resolve("complaints.txt");
    ProcessBuilder builder = FreshJvm.builder(main, flags, arguments);
    Map<String, String> environment = builder.environment();
    // What turns checks off, and what makes a JVM write to standard error.
    environment
        .keySet()
        .removeIf(name -> name.startsWith("OCLGRIND_") || name.endsWith("JAVA_OPTIONS"));
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.putAll(CHECKS);
    environment.put("OCL_ICD_VENDORS", vendors.toString());
    builder.redirectError(complaints.toFile());
    String output = FreshJvm.run(builder);
    return new Report(output, Files.readString(complaints));
  }

  /**
   * Keeps JOCL from entering OpenCL by a thread of its own. It does so to wait for the end of an
   * unmap, and oclgrind cannot stand two threads at a time (its issue 28).
   */
  static void enterByOneThread() throws ReflectiveOperationException {
    OpenClLibrary.load();
    Field executor = CL.class.getDeclaredField("referenceReleaseExecutor");
    executor.setAccessible(true);
    executor.set(null, (Executor) Runnable::run);
  }
}
