package dev.shiftwise.cli;

import dev.shiftwise.models.Model;
import dev.shiftwise.models.ModelCard;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.io.Interpolation;
import dev.shiftwise.models.io.Scaling;
import dev.shiftwise.models.onnx.OnnxOptions;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model looks at photographs, and what is stated of it that its file does not say. */
final class ModelOption {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec command;

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      defaultValue = "addressnet-fashion",
      description =
          "a trained model's name, or a .safetensors or .onnx file (default: ${DEFAULT-VALUE})")
  String model = "";

  @Mixin final OnnxSizes sizes = new OnnxSizes();

  @Option(
      names = "--resize",
      paramLabel = "N|HxW",
      description =
          "scale a picture so that its shorter side has N pixels, or to H rows and W columns,"
              + " before the centre is taken (default: as the model says, else the input's longer"
              + " side)")
  @Nullable String resize;

  @Option(
      names = "--interpolation",
      paramLabel = "bilinear|bicubic",
      description = "how it is scaled (default: as the model says, else bilinear)")
  @Nullable Interpolation interpolation;

  @Option(
      names = "--mean",
      paramLabel = "M[,M,M]",
      description =
          "subtract this from samples of 0 to 1, a number for each channel or one for all"
              + " (default: as the model says)")
  @Nullable String mean;

  @Option(
      names = "--std",
      paramLabel = "S[,S,S]",
      description = "and divide by this (default: as the model says)")
  @Nullable String deviation;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "the names of the classes, one a line (default: as the model says)")
  @Nullable Path labels;

  /** Opens the model; the caller closes it. */
  Model open() throws IOException {
    ModelCard stated = stated();
    Model opened = open(command, model, sizes.options(model));
    try {
      Model said = opened.with(stated);
      said.preprocessing(); // refused before anything is compiled
      return said;
    } catch (IllegalArgumentException e) {
      opened.close();
      throw misuse(asOption(String.valueOf(e.getMessage())));
    } catch (IllegalStateException e) {
      opened.close();
      throw misuse(e.getMessage() + "; state it with --mean and --std");
    }
  }

  /** What is wrong with an argument of the library is so with the option that states it. */
  private static String asOption(String message) {
    return message
        .replaceFirst("^deviation: ", "--std: ")
        .replaceFirst("^scaling: ", "--resize: ")
        .replaceFirst("^(mean|labels): ", "--$1: ");
  }

  private ModelCard stated() throws IOException {
    return new ModelCard(
        mean == null ? null : numbers("--mean", mean),
        deviation == null ? null : numbers("--std", deviation),
        resize == null
            ? null
            : require(Scaling.parse(resize), "--resize", resize, "such as 256 or 224x192"),
        interpolation,
        labels == null ? null : names(labels));
  }

  private List<Float> numbers(String option, String text) {
    return require(ModelCard.numbers(text), option, text, "numbers with commas between");
  }

  private List<String> names(Path file) throws IOException {
    try {
      return require(
          ModelCard.lines(Files.readString(file)), "--labels", file.toString(), "a name a line");
    } catch (MalformedInputException e) {
      throw new Failure(file + ": is no text in UTF-8");
    }
  }

  private <T> T require(Optional<T> value, String option, String text, String wanted) {
    return value.orElseThrow(() -> misuse(option + " is '" + text + "', wanted " + wanted));
  }

  private ParameterException misuse(String line) {
    return new ParameterException(command.commandLine(), line);
  }

  /** Opens a model by name or file; a name that does not exist is misuse, with suggestions. */
  static Model open(CommandSpec command, String nameOrFile, OnnxOptions options)
      throws IOException {
    if (OnnxSizes.isOnnx(nameOrFile) && Files.exists(Path.of(nameOrFile))) {
      return OnnxSizes.requireKnown(command, () -> Models.open(Path.of(nameOrFile), options));
    }
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
