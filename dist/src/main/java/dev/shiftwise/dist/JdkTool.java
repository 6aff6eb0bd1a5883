package dev.shiftwise.dist;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.spi.ToolProvider;

/** Runs the tools of the JDK that this runs on. */
final class JdkTool {
  private JdkTool() {}

  /**
   * Runs a tool and returns what it printed.
   *
   * @throws IllegalStateException if the JDK lacks it or it fails, with all that it said
   */
  static String run(String name, List<String> arguments) {
    ToolProvider tool =
        ToolProvider.findFirst(name)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        System.getProperty("java.home") + " has no " + name + ", wanted a JDK 25"));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        tool.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalStateException(
          name + " " + arguments + " ended with " + code + ":\n" + out + err);
    }
    return out.toString();
  }
}
