package dev.shiftwise.cli;

import dev.shiftwise.models.Model;
import dev.shiftwise.models.Models;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model looks at photographs. */
final class ModelOption {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec command;

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      defaultValue = "addressnet-fashion",
      description = "a trained model's name or a .safetensors file (default: ${DEFAULT-VALUE})")
  String model = "";

  /** Opens the model; the caller closes it. */
  Model open() throws IOException {
    return open(command, model);
  }

  /** Opens a model by name or file; a name that does not exist is misuse, with suggestions. */
  static Model open(CommandSpec command, String nameOrFile) throws IOException {
    try {
      return Models.open(nameOrFile);
    } catch (IllegalArgumentException e) {
      List<String> close = Spelling.closest(nameOrFile, Models.trainedNames());
      throw new ParameterException(
          command.commandLine(),
          e.getMessage()
              + (close.isEmpty() ? "" : " (did you mean " + String.join(" or ", close) + "?)"),
          e);
    }
  }
}
