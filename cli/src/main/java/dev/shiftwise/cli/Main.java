package dev.shiftwise.cli;

import dev.shiftwise.backend.Backends;

/** Where the command starts. */
public final class Main {
  private Main() {}

  /** Runs the command and ends the JVM with its exit code: 0, 1 for failure, 2 for misuse. */
  public static void main(String[] arguments) {
    System.exit(new Shiftwise(Backends::discover).execute(arguments));
  }
}
