package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.KernelCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a main class of the tests in a JVM of its own. */
final class FreshJvm {
  static final String ACCESS = "--enable-native-access=ALL-UNNAMED";

  private FreshJvm() {}

  /**
   * Returns what the program printed; it has to end well.
   *
   * @param variables what its environment has beside or instead of this one's
   */
  static String run(
      Class<?> main, Map<String, String> variables, List<String> flags, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-D" + KernelCache.FOLDER + "=" + System.getProperty(KernelCache.FOLDER, ""));
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(variables);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out.strip();
  }
}
