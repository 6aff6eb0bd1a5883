package dev.shiftwise.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * Where the log goes: warnings always, the rest with {@code --verbose}, to standard error, a line
 * each. The libraries log through {@link System.Logger} and leave this choice to the application,
 * which is this one.
 */
final class Logging {
  private Logging() {}

  static void configure(boolean verbose) {
    String settings =
        """
        handlers = java.util.logging.ConsoleHandler
        java.util.logging.ConsoleHandler.level = ALL
        java.util.logging.SimpleFormatter.format = shiftwise: %%4$s: %%5$s%%6$s%%n
        .level = WARNING
        dev.shiftwise.level = %s
        """
            .formatted(verbose ? "ALL" : "WARNING");
    try {
      LogManager.getLogManager()
          .readConfiguration(new ByteArrayInputStream(settings.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }
}
