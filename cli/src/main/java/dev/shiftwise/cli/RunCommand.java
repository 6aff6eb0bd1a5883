package dev.shiftwise.cli;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.Model;
import dev.shiftwise.models.io.NpyFile;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.FeatureMap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shiftwise run}. */
@Command(
    name = "run",
    description = {
      "Runs a model on the images of a NumPy file and writes what it makes of them to another.",
      "The input is float32, N x C x H x W. The output is N x C x H x W too, or N x C where its"
          + " planes have one element. It appears under its name only when it is whole."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise run addressnet-fashion --input images.npy --output logits.npy")
final class RunCommand extends ShiftwiseCommand {
  @Parameters(paramLabel = "MODEL", description = "a trained model's name or a .safetensors file")
  private String model = "";

  @Option(names = "--input", paramLabel = "X.npy", required = true, description = "what to read")
  private Path input = Path.of("");

  @Option(names = "--output", paramLabel = "Y.npy", required = true, description = "what to write")
  private Path output = Path.of("");

  @Mixin private final DeviceOptions device = new DeviceOptions();

  @Override
  public Integer call() throws IOException {
    requireFolder(output);
    try (Model opened = ModelOption.open(spec(), model);
        Arena arena = Arena.ofConfined()) {
      Network network = opened.network();
      Shape in = network.inputs().getFirst().shape();
      Shape out = network.outputs().values().iterator().next().shape();
      Tensor images = NpyFile.read(input);
      requireImages(images, in);
      long count = images.dimensions().getFirst();
      MemorySegment made = arena.allocate(Math.multiplyExact(count, bytes(out)), Float.BYTES);
      CompileOptions options = device.compileOptions(count);
      try (Backend backend = device.open(shiftwise().backends());
          Session session = backend.compile(network, options);
          Progress progress = Progress.of("images", count)) {
        for (long done = 0; done < count; ) {
          int batch = (int) Math.min(options.maxBatch(), count - done);
          session.run(images(images.data(), done, batch, in), images(made, done, batch, out));
          done += batch;
          progress.step(batch);
        }
      }
      NpyFile.write(output, new Tensor(made, dimensions(count, out)));
    }
    return 0;
  }

  private void requireImages(Tensor images, Shape wanted) {
    List<Long> found = images.dimensions();
    if (found.size() != 4
        || found.getFirst() < 1
        || !found
            .subList(1, 4)
            .equals(
                List.of((long) wanted.channels(), (long) wanted.height(), (long) wanted.width()))) {
      throw new Failure(
          input + ": has dimensions " + found + ", wanted N x " + wanted + " for " + model);
    }
  }

  private static FeatureMap images(MemorySegment all, long first, int count, Shape shape) {
    return FeatureMap.of(all.asSlice(first * bytes(shape), count * bytes(shape)), count, shape);
  }

  private static long bytes(Shape shape) {
    return FeatureMap.byteSize(1, shape);
  }

  private static List<Long> dimensions(long count, Shape shape) {
    return shape.plane() == 1
        ? List.of(count, (long) shape.channels())
        : List.of(count, (long) shape.channels(), (long) shape.height(), (long) shape.width());
  }
}
