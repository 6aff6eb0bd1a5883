package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.io.NpyFile;
import dev.shiftwise.models.onnx.OnnxModel.Port;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.FeatureMap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shiftwise run}. */
@Command(
    name = "run",
    description = {
      "Runs a model on the images of a NumPy file and writes what it makes of them to another.",
      "Arrays are float32, N x C x H x W, or N x C for an output whose planes have one element;"
          + " those of an ONNX model have its dimensions. An output appears under its name only"
          + " when it is whole. With --verbose the log says what was recognised in an ONNX model."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {
      "  shiftwise run addressnet-fashion --input images.npy --output logits.npy",
      "  shiftwise run model.onnx --input left=l.npy --input right=r.npy --output y.npy"
    })
final class RunCommand extends ShiftwiseCommand {
  @Parameters(
      paramLabel = "MODEL",
      description = "a trained model's name, or a .safetensors or .onnx file")
  private String model = "";

  @Option(
      names = "--input",
      paramLabel = "[NAME=]X.npy",
      required = true,
      description = "what to read; with the input's name, and repeated, where there are several")
  private List<String> inputs = List.of();

  @Option(
      names = "--output",
      paramLabel = "[NAME=]Y.npy",
      required = true,
      description = "what to write; of several outputs those that are named")
  private List<String> outputs = List.of();

  @Mixin private final OnnxSizes sizes = new OnnxSizes();

  @Mixin private final DeviceOptions device = new DeviceOptions();

  @Override
  public Integer call() throws IOException {
    try (OpenedNetwork opened = OpenedNetwork.open(spec(), model, sizes.options(model));
        Arena arena = Arena.ofConfined()) {
      Map<String, Path> read = NamedFiles.of(spec(), "--input", inputs, opened.inputs());
      NamedFiles.requireAll(spec(), "--input", read, opened.inputs());
      Map<String, Path> write = NamedFiles.of(spec(), "--output", outputs, opened.outputs());
      write.values().forEach(ShiftwiseCommand::requireFolder);
      Map<String, Tensor> given = new LinkedHashMap<>();
      long count = 0;
      for (Port port : opened.inputs()) {
        Path file = file(read, port);
        Tensor values = NpyFile.read(file);
        long images = images(file, values.dimensions(), port);
        if (count != 0 && images != count) {
          throw new Failure(
              file + ": has " + images + " images, wanted " + count + " as the first");
        }
        count = images;
        given.put(port.name(), values);
      }
      requireStackable(opened, write.keySet(), count);
      Map<String, Tensor> made = run(opened, given, count, arena);
      for (Map.Entry<String, Path> one : write.entrySet()) {
        NpyFile.write(one.getValue(), require(made, one.getKey()));
      }
    }
    return 0;
  }

  private Map<String, Tensor> run(
      OpenedNetwork opened, Map<String, Tensor> given, long count, Arena arena) {
    Network network = opened.network();
    Map<String, Tensor> made = new LinkedHashMap<>();
    for (Port port : opened.outputs()) {
      long bytes = Math.multiplyExact(count, bytes(outputShape(network, port)));
      made.put(
          port.name(), new Tensor(arena.allocate(bytes, Float.BYTES), dimensions(port, count)));
    }
    CompileOptions options = device.compileOptions(count);
    try (Backend backend = device.open(shiftwise().backends());
        Session session = backend.compile(network, options);
        Progress progress = Progress.of("images", count)) {
      Bindings bindings = session.bind();
      for (long done = 0; done < count; ) {
        int batch = (int) Math.min(options.maxBatch(), count - done);
        for (Port port : opened.inputs()) {
          Shape shape = network.input(port.name()).shape();
          bindings.input(port.name(), part(require(given, port.name()), done, batch, shape));
        }
        for (Port port : opened.outputs()) {
          Shape shape = outputShape(network, port);
          bindings.output(port.name(), part(require(made, port.name()), done, batch, shape));
        }
        session.run(bindings);
        done += batch;
        progress.step(batch);
      }
    }
    return made;
  }

  /** Returns how many images an array holds. */
  private long images(Path file, List<Long> found, Port port) {
    List<Long> one = dimensions(port, 1);
    long first = one.isEmpty() ? 1 : one.getFirst();
    boolean fits =
        port.batched()
            ? found.size() == one.size()
                && found.getFirst() > 0
                && found.getFirst() % first == 0
                && found.subList(1, found.size()).equals(one.subList(1, one.size()))
            : found.equals(one) || (isOne(port) && isMany(found, one));
    if (!fits) {
      throw new Failure(
          file + ": has dimensions " + found + ", wanted those of " + port + " for " + model);
    }
    return port.batched() || isOne(port) ? found.getFirst() / first : 1;
  }

  /** Whether a file's first dimension is a batch that it fixes at 1: then it runs once an image. */
  private static boolean isOne(Port port) {
    return !port.batched() && port.dimensions().size() > 1 && port.dimensions().getFirst() == 1;
  }

  private static boolean isMany(List<Long> found, List<Long> one) {
    return found.size() == one.size()
        && found.getFirst() > 0
        && found.subList(1, found.size()).equals(one.subList(1, one.size()));
  }

  private void requireStackable(OpenedNetwork opened, Collection<String> asked, long images) {
    for (Port port : opened.outputs()) {
      if (images > 1 && asked.contains(port.name()) && !port.batched() && !isOne(port)) {
        throw new Failure(
            model
                + " makes "
                + port
                + " of one image, wanted a first dimension of 1 to run "
                + images
                + " images");
      }
    }
  }

  private static List<Long> dimensions(Port port, long count) {
    List<Long> dimensions = new ArrayList<>();
    port.dimensions().forEach(size -> dimensions.add((long) size));
    if (port.batched() || (count > 1 && isOne(port))) {
      dimensions.set(0, Math.multiplyExact(dimensions.getFirst(), count));
    }
    return dimensions;
  }

  private static Shape outputShape(Network network, Port port) {
    return require(network.outputs(), port.name()).shape();
  }

  private static FeatureMap part(Tensor all, long first, int count, Shape shape) {
    return FeatureMap.of(
        all.data().asSlice(first * bytes(shape), count * bytes(shape)), count, shape);
  }

  private static long bytes(Shape shape) {
    return FeatureMap.byteSize(1, shape);
  }

  private static Path file(Map<String, Path> files, Port port) {
    return require(files, port.name());
  }

  private static <T> T require(Map<String, T> map, String name) {
    T value = map.get(name);
    if (value == null) {
      throw new IllegalStateException("nothing has the name '" + name + "'");
    }
    return value;
  }
}
