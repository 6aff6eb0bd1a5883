package dev.shiftwise.cli;

import dev.shiftwise.models.Model;
import dev.shiftwise.models.onnx.OnnxModel;
import dev.shiftwise.models.onnx.OnnxModel.Port;
import dev.shiftwise.models.onnx.OnnxOptions;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A network by name or file, with the dimensions that arrays for its inputs and outputs have.
 *
 * @param network to be compiled before this is closed
 * @param inputs in the network's order
 * @param outputs in the network's order
 * @param file closes it
 */
record OpenedNetwork(Network network, List<Port> inputs, List<Port> outputs, Runnable file)
    implements AutoCloseable {

  /** Copies the lists. */
  OpenedNetwork {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Opens it; a name that does not exist is misuse, with suggestions. */
  static OpenedNetwork open(CommandSpec command, String nameOrFile, OnnxOptions options)
      throws IOException {
    if (OnnxSizes.isOnnx(nameOrFile) && Files.exists(Path.of(nameOrFile))) {
      Path path = Path.of(nameOrFile);
      OnnxModel model = OnnxSizes.requireKnown(command, () -> OnnxModel.read(path, options));
      return new OpenedNetwork(model.network(), model.inputs(), model.outputs(), model::close);
    }
    Model model = ModelOption.open(command, nameOrFile, options);
    Network network = model.network();
    return new OpenedNetwork(
        network,
        network.inputs().stream().map(one -> port(one.name(), one.shape(), false)).toList(),
        network.outputs().entrySet().stream()
            .map(one -> port(one.getKey(), one.getValue().shape(), true))
            .toList(),
        model::close);
  }

  /** Images have four dimensions, and classes two. */
  private static Port port(String name, Shape shape, boolean output) {
    List<Integer> dimensions =
        output && shape.plane() == 1
            ? List.of(1, shape.channels())
            : List.of(1, shape.channels(), shape.height(), shape.width());
    return new Port(name, dimensions, true);
  }

  @Override
  public void close() {
    file.run();
  }
}
