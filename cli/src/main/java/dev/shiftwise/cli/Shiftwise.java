package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;
import java.io.PrintWriter;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/**
 * The command {@code shiftwise} with its commands below it.
 *
 * <p>The result goes to standard output and nothing else does; messages, progress and the log go to
 * standard error.
 */
@Command(
    name = "shiftwise",
    description = "Runs shift-based convolutional networks on whatever hardware is there.",
    mixinStandardHelpOptions = true,
    versionProvider = Environment.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:something failed", "2:the command was not used as it should be"},
    footerHeading = "%nExample:%n",
    footer = {
      "  shiftwise devices",
      "  shiftwise classify examples/photographs/*.png",
      "",
      "'shiftwise COMMAND --help' tells more about a command."
    },
    subcommands = {
      DevicesCommand.class,
      VerifyCommand.class,
      ClassifyCommand.class,
      EvaluateCommand.class,
      RunCommand.class,
      NetworksCommand.class,
      ExportCommand.class,
      BenchCommand.class,
      CompareCommand.class
    })
final class Shiftwise {
  private final Supplier<Backends> discovery;

  /** Makes the command with the way in which it finds backends. */
  Shiftwise(Supplier<Backends> discovery) {
    this.discovery = discovery;
  }

  /** Finds and probes the backends. */
  Backends backends() {
    return discovery.get();
  }

  /** Parses and runs on the process's own streams. */
  int execute(String... arguments) {
    return execute(
        new PrintWriter(System.out, true, System.out.charset()),
        new PrintWriter(System.err, true, System.err.charset()),
        arguments);
  }

  /** Parses and runs; returns the exit code. */
  int execute(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine commandLine =
        new CommandLine(this)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Errors::misuse)
            .setExecutionExceptionHandler(Errors::failure)
            .setExecutionStrategy(Shiftwise::run);
    return commandLine.execute(arguments);
  }

  private static int run(ParseResult parsed) {
    Logging.configure(Errors.isVerbose(parsed));
    if (!parsed.hasSubcommand()
        && !parsed.isUsageHelpRequested()
        && !parsed.isVersionHelpRequested()) {
      throw new CommandLine.ParameterException(
          parsed.commandSpec().commandLine(),
          "no command given, wanted one of "
              + String.join(", ", parsed.commandSpec().subcommands().keySet()));
    }
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (Error e) {
      // What a backend may throw when a class or memory is missing, or when a mapped file was cut
      // short meanwhile; picocli passes errors on.
      CommandLine commandLine = parsed.commandSpec().commandLine();
      return Errors.failure(new IllegalStateException(e.toString(), e), commandLine, parsed);
    }
  }
}
