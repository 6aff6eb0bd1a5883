package dev.shiftwise.cli;

import dev.shiftwise.models.onnx.OnnxOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The sizes that an ONNX file leaves open. */
final class OnnxSizes {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec command;

  @Option(
      names = "--size",
      paramLabel = "DIM=N",
      description =
          "a size that an ONNX file leaves open: of the dimension of that name, or of an input's"
              + " place such as x[2]; may be repeated")
  Map<String, Integer> sizes = new LinkedHashMap<>();

  /** Whether a file is read as ONNX. */
  static boolean isOnnx(String file) {
    return file.toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  /** Returns the options to read a model with; refuses sizes for other than ONNX files. */
  OnnxOptions options(String nameOrFile) {
    if (!sizes.isEmpty() && !isOnnx(nameOrFile)) {
      throw misuse("--size is given for '" + nameOrFile + "', wanted an .onnx file");
    }
    OnnxOptions options = OnnxOptions.none();
    for (Map.Entry<String, Integer> one : sizes.entrySet()) {
      if (one.getValue() < 1) {
        throw misuse("--size " + one.getKey() + " is " + one.getValue() + ", wanted at least 1");
      }
      options = options.withSize(one.getKey(), one.getValue());
    }
    return options;
  }

  /** Reads a file. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws IOException;
  }

  /** Returns what is read; a size that the file does not leave open is misuse. */
  static <T> T requireKnown(CommandSpec command, Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(),
          String.valueOf(e.getMessage()).replaceFirst("^size: ", "--size: "),
          e);
    }
  }

  private ParameterException misuse(String line) {
    return new ParameterException(command.commandLine(), line);
  }
}
