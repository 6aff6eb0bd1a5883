package dev.shiftwise.cli;

import dev.shiftwise.bench.BenchNetwork;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The networks that a benchmark is asked for; holds the files among them open. */
final class BenchNetworks implements AutoCloseable {
  private static final String ALL = "all";
  private static final long SEED = 1;

  private final List<BenchNetwork> all = new ArrayList<>();
  private final List<Model> files = new ArrayList<>();

  private BenchNetworks() {}

  /** Opens names and files; what is neither is misuse, with suggestions. */
  static BenchNetworks open(CommandSpec command, List<String> asked) throws IOException {
    BenchNetworks networks = new BenchNetworks();
    Set<String> names = new LinkedHashSet<>();
    for (String one : asked) {
      names.addAll(one.equals(ALL) ? Models.names() : List.of(one));
    }
    try {
      for (String name : names) {
        networks.add(command, name);
      }
    } catch (IOException | RuntimeException e) {
      networks.close();
      throw e;
    }
    return networks;
  }

  private void add(CommandSpec command, String name) throws IOException {
    if (Models.names().contains(name)) {
      all.add(new BenchNetwork(name, () -> Models.random(name, SEED).network(), null));
      return;
    }
    Model model = openFile(command, name);
    files.add(model);
    int inputs = model.network().inputs().size();
    int outputs = model.network().outputs().size();
    if (inputs != 1 || outputs != 1) {
      throw new ParameterException(
          command.commandLine(),
          "--network "
              + name
              + " has "
              + inputs
              + " inputs and "
              + outputs
              + " outputs, wanted 1 of each");
    }
    Path onnx = OnnxSizes.isOnnx(name) ? Path.of(name) : null;
    all.add(new BenchNetwork(name, model::network, onnx));
  }

  private static Model openFile(CommandSpec command, String name) throws IOException {
    try {
      return Models.open(name);
    } catch (IllegalArgumentException e) {
      List<String> close = Spelling.closest(name, Models.names());
      throw new ParameterException(
          command.commandLine(),
          "--network is '"
              + name
              + "', wanted a model's file, 'all' or a name that 'shiftwise networks' lists"
              + (close.isEmpty() ? "" : " (did you mean " + String.join(" or ", close) + "?)"),
          e);
    }
  }

  /** Returns the networks, in the order in which they were asked for. */
  List<BenchNetwork> all() {
    return all;
  }

  @Override
  public void close() {
    files.forEach(Model::close);
  }
}
