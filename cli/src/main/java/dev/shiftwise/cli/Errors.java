package dev.shiftwise.cli;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.bench.WrongValueException;
import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.plan.UnsupportedOperatorException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Errors as a user sees them: one line that says what to do, and an exit code. */
final class Errors {
  private Errors() {}

  /** Reports a command line that is not as it should be. */
  static int misuse(ParameterException e, String[] arguments) {
    CommandLine commandLine = e.getCommandLine();
    StringBuilder line = new StringBuilder(messageOf(e));
    List<String> suggestions =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    if (!suggestions.isEmpty()) {
      line.append(" (did you mean ").append(String.join(" or ", suggestions)).append("?)");
    }
    String command = commandLine.getCommandSpec().qualifiedName();
    line.append("; see '").append(command).append(" --help'");
    print(commandLine, line.toString());
    if (List.of(arguments).contains(Verbosity.OPTION)) {
      e.printStackTrace(commandLine.getErr());
    }
    return CommandLine.ExitCode.USAGE;
  }

  /** Reports that a command failed. */
  static int failure(Exception e, CommandLine commandLine, ParseResult parsed) {
    boolean verbose = isVerbose(parsed);
    String line = describe(e);
    if (!verbose && !isExpected(e)) {
      line += "; --verbose shows where";
    }
    print(commandLine, line);
    if (verbose) {
      e.printStackTrace(commandLine.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Prints one line under the command's name. */
  static void print(CommandLine commandLine, String line) {
    commandLine.getErr().println("shiftwise: " + line);
    commandLine.getErr().flush();
  }

  /** Describes an exception in one line. */
  static String describe(Exception e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
      case AccessDeniedException denied -> denied.getFile() + ": may not be accessed";
      case FileAlreadyExistsException there ->
          there.getFile() + ": is there already and is no folder";
      case DirectoryNotEmptyException folder -> folder.getFile() + ": is a folder";
      case NotDirectoryException file -> file.getFile() + ": is no folder";
      case FileSystemException trouble when trouble.getReason() != null ->
          trouble.getFile() + ": " + oneLine(trouble.getReason());
      default -> isExpected(e) ? messageOf(e) : oneLine(e.toString());
    };
  }

  /** Whether --verbose was given to the command or to one above it. */
  static boolean isVerbose(ParseResult parsed) {
    for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
      if (at.hasMatchedOption(Verbosity.OPTION)) {
        return true;
      }
    }
    return false;
  }

  /** Errors whose message was written for the user; any other is a defect somewhere. */
  private static boolean isExpected(Exception e) {
    return e instanceof Failure
        || e instanceof IOException
        || e instanceof BackendException
        || e instanceof WrongValueException
        || e instanceof UnsupportedOperatorException
        || e instanceof ModelFormatException;
  }

  private static String messageOf(Exception e) {
    return oneLine(e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private static String oneLine(String text) {
    return String.join(" ", text.lines().map(String::strip).toList());
  }
}
