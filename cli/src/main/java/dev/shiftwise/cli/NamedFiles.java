package dev.shiftwise.cli;

import dev.shiftwise.models.onnx.OnnxModel.Port;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The files of a network's inputs or outputs: {@code NAME=FILE}, or the file alone where there is
 * one.
 */
final class NamedFiles {
  private NamedFiles() {}

  /**
   * Returns the file of each name.
   *
   * @param option for the message
   * @param given what the command line has
   * @param ports the network's inputs or outputs
   */
  static Map<String, Path> of(
      CommandSpec command, String option, List<String> given, List<Port> ports) {
    List<String> names = ports.stream().map(Port::name).toList();
    Map<String, Path> files = new LinkedHashMap<>();
    for (String one : given) {
      String name = nameIn(one, names);
      Path file = Path.of(one.substring(name.isEmpty() ? 0 : name.length() + 1));
      if (name.isEmpty() && names.size() > 1) {
        throw misuse(command, option + " is '" + one + "', wanted NAME=FILE with one of " + names);
      }
      if (files.put(name.isEmpty() ? names.getFirst() : name, file) != null) {
        throw misuse(command, option + " is '" + one + "', which is given twice");
      }
    }
    return files;
  }

  /** Refuses to go on while one has no file. */
  static void requireAll(
      CommandSpec command, String option, Map<String, Path> files, List<Port> ports) {
    List<String> missing = new ArrayList<>();
    for (Port port : ports) {
      if (!files.containsKey(port.name())) {
        missing.add(port.name());
      }
    }
    if (!missing.isEmpty()) {
      throw misuse(command, option + " is not given for " + missing + ", wanted NAME=FILE of each");
    }
  }

  /** A name may itself have the sign in it, and so may a file. */
  private static String nameIn(String given, List<String> names) {
    return names.stream()
        .filter(name -> !name.isEmpty() && given.startsWith(name + "="))
        .max((a, b) -> Integer.compare(a.length(), b.length()))
        .orElse("");
  }

  private static ParameterException misuse(CommandSpec command, String line) {
    return new ParameterException(command.commandLine(), line);
  }
}
