package dev.shiftwise.backend.cuda;

import dev.shiftwise.conformance.Required;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A program of this machine that tests use, such as a compiler. */
final class Tool {
  private final Path program;

  Tool(Path program) {
    this.program = program;
  }

  /**
   * How a run ended.
   *
   * @param status 0 if it went well
   * @param messages what it printed
   */
  record Outcome(int status, String messages) {}

  /**
   * Returns where a program is.
   *
   * @param folders where it may lie beside the path
   */
  static Optional<Path> find(String name, Path... folders) {
    return Stream.concat(
            Stream.of(
                    Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator))
                .map(Path::of),
            Stream.of(folders))
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Returns a program; without it the test is skipped, or fails where it is required.
   *
   * @param name its name, and what {@code -Dshiftwise.require} calls it
   * @param folders where it may lie beside the path
   */
  static Tool installed(String name, Path... folders) {
    return new Tool(
        Required.present(find(name, folders), name, "there is no " + name + " on the path"));
  }

  /** Runs it. */
  Outcome run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), messages);
  }
}
