package dev.shiftwise.cli;

import dev.shiftwise.models.Model;
import dev.shiftwise.models.Models;
import dev.shiftwise.models.onnx.OnnxExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shiftwise export}. */
@Command(
    name = "export",
    description = {
      "Writes a network as ONNX, with operators of the standard only, for other programs to run.",
      "A network by name gets the weights of --weights, else the trained ones if they ship, else"
          + " random ones, which is said.",
      "How pictures are prepared and what the classes are called is written into the file, too."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise export addressnet-fashion --onnx addressnet-fashion.onnx")
final class ExportCommand extends ShiftwiseCommand {
  @Parameters(paramLabel = "NETWORK", description = "a network's name or a .safetensors file")
  private String network = "";

  @Option(names = "--onnx", paramLabel = "FILE", required = true, description = "what to write")
  private Path onnx = Path.of("");

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "the weights of a network given by name, a .safetensors file")
  private @Nullable Path weights;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "makes the random weights (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--shifts",
      paramLabel = "convolved|sliced",
      defaultValue = "convolved",
      description = {
        "how address shifts with zeros at the border are written: as depthwise convolutions,"
            + " which take least time in ONNX Runtime, or as slices, which keep every bit"
            + " (default: ${DEFAULT-VALUE})"
      })
  private OnnxExport.Shifts shifts = OnnxExport.Shifts.CONVOLVED;

  @Override
  public Integer call() throws IOException {
    requireFolder(onnx);
    try (Model model = open()) {
      OnnxExport.write(model.network(), onnx, shifts, model.card().metadata());
      out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s: %s with %s, %,d bytes",
                  onnx,
                  model.name(),
                  model.origin(),
                  Files.size(onnx)));
    }
    return 0;
  }

  private Model open() throws IOException {
    boolean named = Models.names().contains(network);
    if (weights != null && named) {
      return Models.open(weights, network);
    }
    if (weights != null || (!named && !Files.exists(Path.of(network)))) {
      throw misuse(
          "NETWORK is '"
              + network
              + "', wanted one of "
              + Models.names()
              + (weights == null ? " or a .safetensors file" : "")
              + Spelling.suggestion(network, Models.names()));
    }
    if (named && !Models.trainedNames().contains(network)) {
      report(
          "no trained weights ship for '"
              + network
              + "': these are random, and what the network answers means nothing");
      return Models.random(network, seed);
    }
    return Models.open(network);
  }
}
