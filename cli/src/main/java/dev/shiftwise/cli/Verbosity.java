package dev.shiftwise.cli;

import picocli.CommandLine.Option;

/** The options that every command has. */
final class Verbosity {
  static final String OPTION = "--verbose";

  @Option(names = OPTION, description = "show the log, and a stack trace with an error")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;
}
