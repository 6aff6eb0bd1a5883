package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.KernelCache;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs the command in a JVM of its own, from the module path as the launcher does. */
final class Processes {
  static final String NATIVE_ACCESS =
      "--enable-native-access=dev.shiftwise.backend.cpuvector,"
          + "dev.shiftwise.backend.opencl,jocl,dev.shiftwise.backend.cuda,ALL-UNNAMED";

  private Processes() {}

  /** Runs it from the module path, with options for the JVM. */
  static Cli modular(List<String> jvmOptions, String... arguments)
      throws IOException, InterruptedException {
    return java(
        jvmOptions,
        List.of("--module-path", libraries(), "--module", "dev.shiftwise.cli/" + main()),
        arguments);
  }

  /** Runs it from the class path, with options for the JVM. */
  static Cli fromClassPath(List<String> jvmOptions, String... arguments)
      throws IOException, InterruptedException {
    return java(jvmOptions, List.of("--class-path", libraries(), main()), arguments);
  }

  /** Runs a main class of the tests. */
  static Cli ofTests(List<String> jvmOptions, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    String classes = System.getProperty("java.class.path");
    return java(jvmOptions, List.of("--class-path", classes, main.getName()), arguments);
  }

  private static String main() {
    return Main.class.getName();
  }

  /** This test's class path without the tests. */
  private static String libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Cli java(List<String> jvmOptions, List<String> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-D" + KernelCache.FOLDER + "=" + System.getProperty(KernelCache.FOLDER, ""));
    command.addAll(jvmOptions);
    command.addAll(program);
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("shiftwise", ".out");
    Path err = Files.createTempFile("shiftwise", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      process.destroyForcibly();
      assertTrue(ended, () -> "still running after two minutes: " + command);
      return new Cli(process.exitValue(), Files.readString(out), withoutJvm(Files.readString(err)));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** The JVM itself tells of incubator modules; that is no word of ours. */
  private static String withoutJvm(String err) {
    return err.lines()
        .filter(line -> !line.equals("WARNING: Using incubator modules: jdk.incubator.vector"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}
