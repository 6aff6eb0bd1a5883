package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs all of ONNX's cases on one backend and tells what became of each. */
final class OnnxCases {
  private OnnxCases() {}

  /**
   * Returns a line a case by name: the name, a tab, and {@code run}, why it is not read, or what
   * was wrong.
   */
  static List<String> run(Backend backend, Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    for (OnnxCase each : OnnxCase.all(folder)) {
      OnnxCase.Reading reading = each.read();
      String verdict = reading.verdict();
      if (reading instanceof OnnxCase.Read(var model)) {
        try (model) {
          String wrong = each.run(backend, model);
          verdict = wrong.isEmpty() ? verdict : "wrong: " + wrong;
        } catch (RuntimeException e) {
          verdict = "failed: " + e;
        }
      }
      lines.add(each.name() + "\t" + verdict);
    }
    return lines;
  }

  /** Prints those of a backend: a program of its own. */
  // The test reads the standard output of this program.
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws IOException {
    try (Backend backend = Backends.discover().open(args[0])) {
      run(backend, Path.of(args[1])).forEach(System.out::println);
    }
  }
}
