package dev.shiftwise.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What all commands share; {@code call} returns the exit code. */
abstract class ShiftwiseCommand implements Callable<Integer> {
  @Mixin final Verbosity verbosity = new Verbosity();

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Shiftwise shiftwise;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  Shiftwise shiftwise() {
    return shiftwise;
  }

  CommandSpec spec() {
    return spec;
  }

  /** Where the result goes. */
  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Reports a failure that the command survives. */
  void report(String line) {
    Errors.print(spec.commandLine(), line);
  }

  /** Checks, before anything is computed, that a file's folder is there. */
  static void requireFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new Failure(file + ": cannot be written, " + folder + " is no folder");
    }
    if (Files.isDirectory(file)) {
      throw new Failure(file + ": is a folder, wanted the name of a file to write");
    }
  }

  /** Makes the exception for a command line that is not as it should be. */
  ParameterException misuse(String line) {
    return new ParameterException(spec.commandLine(), line);
  }
}
