package dev.shiftwise.models.onnx;

import dev.shiftwise.models.io.InputFiles;
import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.network.Network;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model as a network. {@code docs/onnx.md} says which operators are read, what is
 * recognised, and the limits.
 *
 * <p>The file is mapped and checked; its weights stay where they are, so that the network's filters
 * are views of it. Nothing in it is trusted: files that are cut off, contradict themselves, ask for
 * files outside the model's folder or for absurd sizes end in one clear exception.
 *
 * <p><b>Batch.</b> A network describes one image and a session runs many. The graph's first
 * dimension is taken for the batch where the file leaves it open or states more than 1, and the
 * graph treats every image alike; otherwise it is part of the image.
 *
 * <p><b>Ownership.</b> Whoever opens a model closes it, once the network has been compiled or
 * later; sessions go on. Safe for any thread.
 */
public final class OnnxModel implements AutoCloseable {
  private final Network network;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final List<String> recognised;
  private final Map<String, String> metadata;
  private final @Nullable Arena arena;

  /**
   * An input or output under its name in the file, which is also its name in the network.
   *
   * @param name its name
   * @param dimensions ONNX's dimensions for one image
   * @param batched whether the first of them counts once for every image of a batch; the batch is
   *     then not in it, and it is mostly 1
   */
  public record Port(String name, List<Integer> dimensions, boolean batched) {
    /** Copies the dimensions. */
    public Port {
      dimensions = List.copyOf(dimensions);
    }

    /** Returns for example {@code x Nx3x224x224}. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(name).append(' ');
      for (int i = 0; i < dimensions.size(); i++) {
        boolean batch = i == 0 && batched;
        String size = String.valueOf(dimensions.get(i));
        text.append(i == 0 ? "" : "x")
            .append(batch ? (size.equals("1") ? "N" : "N*" + size) : size);
      }
      return text.toString();
    }
  }

  private OnnxModel(Importer.Result result, Map<String, String> metadata, @Nullable Arena arena) {
    this.network = result.network();
    this.inputs = result.inputs();
    this.outputs = result.outputs();
    this.recognised = result.recognised();
    this.metadata = Map.copyOf(metadata);
    this.arena = arena;
  }

  /**
   * Reads a model.
   *
   * @return the model; the caller closes it
   * @throws ModelFormatException if the file is no ONNX model, or a broken one
   * @throws OnnxUnsupportedException if it asks for what is not supported, naming every node
   * @throws IOException if the file cannot be opened
   */
  public static OnnxModel read(Path file) throws IOException {
    return read(file, OnnxOptions.none());
  }

  /**
   * Reads a model.
   *
   * @return the model; the caller closes it
   * @throws ModelFormatException if the file is no ONNX model, or a broken one
   * @throws OnnxUnsupportedException if it asks for what is not supported, naming every node
   * @throws IllegalArgumentException if the options name an input that the model has not, or a
   *     dimension that it does not leave open
   * @throws IOException if the file cannot be opened
   */
  public static OnnxModel read(Path file, OnnxOptions options) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment content = InputFiles.map(file, arena);
      return read(file.toString(), content, file.toAbsolutePath().getParent(), options, arena);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads a model that is in memory already; it has no folder for external data.
   *
   * @param name what error messages call it
   * @param content the whole file; its lifetime stays with the caller, who keeps it until the
   *     network has been compiled
   * @throws ModelFormatException if it is no ONNX model, or a broken one
   * @throws OnnxUnsupportedException if it asks for what is not supported, naming every node
   * @throws IllegalArgumentException if the options name an input that the model has not, or a
   *     dimension that it does not leave open
   */
  public static OnnxModel of(String name, MemorySegment content, OnnxOptions options)
      throws IOException {
    return read(name, content.asReadOnly(), null, options, null);
  }

  private static OnnxModel read(
      String name,
      MemorySegment content,
      @Nullable Path folder,
      OnnxOptions options,
      @Nullable Arena arena)
      throws IOException {
    ReadLimits limits = new ReadLimits(name);
    Graph graph = GraphReader.read(limits, content);
    ExternalData files = new ExternalData(limits, folder, arena == null ? Arena.global() : arena);
    Importer importer = new Importer(name, limits, graph, files, options);
    return new OnnxModel(importer.run(), graph.metadata(), arena);
  }

  /** Returns the network; to be compiled before this model is closed. */
  public Network network() {
    return network;
  }

  /** Returns the inputs in the order of the file. */
  public List<Port> inputs() {
    return inputs;
  }

  /** Returns the outputs in the order of the file. */
  public List<Port> outputs() {
    return outputs;
  }

  /** Returns what was recognised and became free or cheaper than it was written, a line each. */
  public List<String> recognised() {
    return recognised;
  }

  /** Returns the properties that the file's makers wrote into it. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Unmaps the files. Closing twice does nothing. */
  @Override
  public synchronized void close() {
    if (arena != null && arena.scope().isAlive()) {
      arena.close();
    }
  }

  /** Prints the network. */
  @Override
  public String toString() {
    return network.toString();
  }
}
