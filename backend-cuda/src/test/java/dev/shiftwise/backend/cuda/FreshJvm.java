package dev.shiftwise.backend.cuda;

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
    ProcessBuilder builder = builder(main, flags, arguments);
    builder.environment().putAll(variables);
    return run(builder);
  }

  /** Returns a JVM that is still to be started; what it writes to standard error is lost. */
  static ProcessBuilder builder(Class<?> main, List<String> flags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("-D" + KernelCache.FOLDER + "=" + System.getProperty(KernelCache.FOLDER, ""));
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  /** Returns what the program printed; it has to end well. */
  static String run(ProcessBuilder builder) throws IOException, InterruptedException {
    return output(builder.start());
  }

  /** Waits for one that was started and returns what it printed; it has to end well. */
  static String output(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out.strip();
  }
}
