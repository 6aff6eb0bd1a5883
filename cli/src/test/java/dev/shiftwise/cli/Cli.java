package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shiftwise.backend.Backends;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * What a command printed and how it ended.
 *
 * @param exitCode 0, 1 for failure, 2 for misuse
 * @param out standard output
 * @param err standard error
 */
record Cli(int exitCode, String out, String err) {

  /** Runs a command in this JVM on given backends. */
  static Cli run(Backends backends, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new Shiftwise(() -> backends)
            .execute(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Cli(exitCode, out.toString(), err.toString());
  }

  /** Runs a command that needs no backend. */
  static Cli run(String... arguments) {
    return run(Backends.of(List.of()), arguments);
  }

  /** Checks that nothing but one line of error was printed. */
  Cli requireError(int wantedExitCode) {
    assertEquals(wantedExitCode, exitCode, this::toString);
    assertEquals("", out);
    assertEquals(1, err.lines().count(), err);
    return this;
  }

  /** Checks that it ended well, without a word on standard error. */
  Cli requireSuccess() {
    assertEquals(0, exitCode, this::toString);
    assertEquals("", err);
    return this;
  }
}
