package dev.shiftwise.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The archive, unpacked, and started as on a machine with no Java: the environment is empty, and
 * PATH holds the few tools that the launcher itself calls.
 *
 * @param root the folder that the archive holds
 * @param scratch a folder for the tests' own files
 */
record Unpacked(Path root, Path scratch) {

  /** What a command printed and how it ended. */
  record Run(int exitCode, String out, String err) {

    /** Checks that it ended well and that nobody complained, but for the JVM's usual words. */
    Run requireSuccess() {
      assertEquals(0, exitCode, this::toString);
      assertEquals("WARNING: Using incubator modules: jdk.incubator.vector\n", err);
      return this;
    }
  }

  /** Unpacks the archive with the system's own tools. */
  static Unpacked in(Path folder) throws IOException, InterruptedException {
    Path target = Files.createDirectories(folder.resolve("a folder with spaces"));
    Process tar =
        new ProcessBuilder("tar", "-xJf", archive().toString(), "-C", target.toString())
            .inheritIO()
            .start();
    assertEquals(0, tar.waitFor(), "tar");
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : List.of("cat", "dirname", "readlink")) {
      Files.createSymbolicLink(tools.resolve(tool), find(tool));
    }
    String name = archive().getFileName().toString().replace(".tar.xz", "");
    return new Unpacked(target.resolve(name), folder);
  }

  /** Returns the archive that this build made. */
  static Path archive() {
    return Path.of(System.getProperty("shiftwise.bundle"));
  }

  private static Path find(String tool) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  /** Runs the command in its own folder. */
  Run shiftwise(String... arguments) throws IOException, InterruptedException {
    return shiftwise(Map.of(), arguments);
  }

  /** Runs the command in its own folder with more in the environment. */
  Run shiftwise(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(root.resolve("shiftwise"), root, environment, arguments);
  }

  /** Runs a launcher in a folder. */
  Run run(Path launcher, Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = scratch.resolve("out.txt");
    Path err = scratch.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", scratch.resolve("tools").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertTrue(ended, () -> "still running after five minutes: " + command);
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
