package dev.shiftwise.models;

import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.models.io.SafetensorsFile;
import dev.shiftwise.models.onnx.OnnxModel;
import dev.shiftwise.models.onnx.OnnxOptions;
import dev.shiftwise.models.onnx.OnnxUnsupportedException;
import dev.shiftwise.network.Network;
import dev.shiftwise.view.Border;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The models by name, and the way to open one.
 *
 * <p>Trained weights ship for {@code addressnet-fashion} alone. The others are opened from a
 * weights file of one's own, or made with random weights to be timed.
 *
 * <p>A file says which network it is for by {@code __metadata__} {@code network}, and which border
 * its shifts have by {@code border} ({@code RING} or {@code ZERO}; the network's own if it does not
 * say). Without {@code network} it is recognised by the names and shapes of its tensors; of two
 * networks with the same ones, such as AddressNet and its twin with the channel shuffle, it is
 * taken for the one that {@link #names} has first. What it states of pictures and classes ({@link
 * ModelCard}) goes before what is known of the network.
 */
public final class Models {
  private static final String NETWORK_KEY = "network";
  private static final String BORDER_KEY = "border";

  private Models() {}

  /** Returns the names of all architectures. */
  public static List<String> names() {
    return KnownModel.all().stream().map(KnownModel::name).toList();
  }

  /** Returns the names of those that have trained weights in this jar. */
  public static List<String> trainedNames() {
    return KnownModel.all().stream()
        .filter(known -> known.weights() != null)
        .map(KnownModel::name)
        .toList();
  }

  /**
   * Opens a model by its name, with the trained weights that ship with it, or from a file.
   *
   * @return the model; the caller closes it
   * @throws IllegalArgumentException if it is neither a name nor a file, or the name of a model
   *     without trained weights
   * @throws ModelFormatException if the file is broken or fits no network
   * @throws OnnxUnsupportedException if an ONNX file asks for what is not supported
   * @throws IOException if the file cannot be opened
   */
  public static Model open(String nameOrFile) throws IOException {
    KnownModel known = KnownModel.find(nameOrFile);
    if (known != null) {
      return openShipped(known);
    }
    Path file = existing(nameOrFile);
    if (file == null) {
      throw new IllegalArgumentException(
          "model: found '"
              + nameOrFile
              + "', wanted a .safetensors or .onnx file that exists or one of "
              + trainedNames());
    }
    return open(file);
  }

  /**
   * Opens a model from a safetensors file, which says or shows which network it is for, or from an
   * ONNX file, whose name ends with {@code .onnx}.
   *
   * <p>An ONNX model has one input and one output to be opened here; {@link OnnxModel} reads others
   * too. What its file states of pictures and classes is read as a {@link ModelCard}.
   *
   * @return the model; the caller closes it
   * @throws ModelFormatException if the file is broken or fits no network
   * @throws OnnxUnsupportedException if an ONNX file asks for what is not supported
   * @throws IOException if the file cannot be opened
   */
  public static Model open(Path file) throws IOException {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")
        ? open(file, OnnxOptions.none())
        : open(file, Models::recognise);
  }

  /**
   * Opens a model from an ONNX file of which something has to be said first, such as the size of a
   * dimension that it leaves open.
   *
   * @return the model; the caller closes it
   * @throws ModelFormatException if the file is broken, or has not one input and one output
   * @throws OnnxUnsupportedException if it asks for what is not supported
   * @throws IOException if the file cannot be opened
   */
  public static Model open(Path file, OnnxOptions options) throws IOException {
    OnnxModel model = OnnxModel.read(file, options);
    try {
      Network network = model.network();
      if (network.inputs().size() != 1 || network.outputs().size() != 1) {
        throw new ModelFormatException(
            file.toString(),
            "graph",
            network.inputs().size() + " inputs and " + network.outputs().size() + " outputs",
            "one of each");
      }
      Path name = file.getFileName();
      return with(
          ModelCard.of(file.toString(), model.metadata()),
          new Model(
              name == null ? network.name() : name.toString(),
              file.toString(),
              network,
              ModelCard.EMPTY,
              model::close));
    } catch (Throwable e) {
      model.close();
      throw e;
    }
  }

  /**
   * Opens a model from a safetensors file with the weights of a network named here.
   *
   * @return the model; the caller closes it
   * @throws IllegalArgumentException if there is no network of that name
   * @throws ModelFormatException if the file is broken or does not fit the network
   * @throws IOException if the file cannot be opened
   */
  public static Model open(Path file, String name) throws IOException {
    KnownModel known = KnownModel.require(name);
    return open(file, weights -> known);
  }

  /**
   * Makes a model with random weights, to be timed: its answers mean nothing.
   *
   * @param name the network's name
   * @param border what its address shifts read outside the plane
   * @param seed the same seed gives the same weights
   * @throws IllegalArgumentException if there is no network of that name
   */
  public static Model random(String name, Border border, long seed) {
    KnownModel known = KnownModel.require(name);
    Network network = known.architecture().network(new RandomWeights(seed), border);
    return new Model(name, "random weights, seed " + seed, network, card(known), () -> {});
  }

  /**
   * Makes a model with random weights and the network's own border, to be timed.
   *
   * @param name the network's name
   * @param seed the same seed gives the same weights
   * @throws IllegalArgumentException if there is no network of that name
   */
  public static Model random(String name, long seed) {
    return random(name, KnownModel.require(name).architecture().border(), seed);
  }

  /** How an open file's network is decided. */
  @FunctionalInterface
  private interface Choice {
    KnownModel of(SafetensorsFile file) throws ModelFormatException;
  }

  private static Model open(Path path, Choice choice) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      KnownModel known = choice.of(file);
      Model model =
          new Model(known.name(), path.toString(), network(known, file), card(known), file::close);
      return with(ModelCard.of(file.name(), file.metadata()), model);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static Model openShipped(KnownModel known) throws ModelFormatException {
    if (known.weights() == null) {
      throw new IllegalArgumentException(
          "model: no trained weights ship for '"
              + known.name()
              + "', wanted a .safetensors file with its weights or one of "
              + trainedNames());
    }
    MemorySegment content = MemorySegment.ofArray(KnownModel.bytes(known.weights()));
    SafetensorsFile file = SafetensorsFile.of(known.weights(), content);
    Network network = network(known, file);
    String origin = "trained weights of this release";
    return new Model(known.name(), origin, network, card(known), () -> {});
  }

  /** Returns a model with what its file states. */
  private static Model with(ModelCard stated, Model model) throws ModelFormatException {
    try {
      return model.with(stated);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          model.origin(), "metadata", String.valueOf(e.getMessage()), "what fits the network");
    }
  }

  private static ModelCard card(KnownModel known) {
    return ModelCard.of(known.preprocessing(), known.labels());
  }

  private static Network network(KnownModel known, SafetensorsFile file)
      throws ModelFormatException {
    FileWeights weights = new FileWeights(file);
    Network network =
        known.architecture().network(weights, border(file, known.architecture().border()));
    weights.requireFit(known.name());
    return network;
  }

  private static Border border(SafetensorsFile file, Border unstated) throws ModelFormatException {
    String stated = file.metadata().getOrDefault(BORDER_KEY, unstated.name());
    for (Border border : Border.values()) {
      if (border.name().equals(stated)) {
        return border;
      }
    }
    throw new ModelFormatException(
        file.name(),
        "__metadata__ " + BORDER_KEY,
        "'" + stated + "'",
        "one of " + Arrays.toString(Border.values()));
  }

  private static KnownModel recognise(SafetensorsFile file) throws ModelFormatException {
    KnownModel stated = KnownModel.find(file.metadata().getOrDefault(NETWORK_KEY, ""));
    if (stated != null) {
      return stated;
    }
    for (KnownModel known : KnownModel.all()) {
      if (FileWeights.fits(file, known.architecture())) {
        return known;
      }
    }
    throw new ModelFormatException(
        file.name(),
        "tensors",
        file.entries().size() + " that fit no network known here",
        "those of one of "
            + names()
            + "; name it in __metadata__ as "
            + NETWORK_KEY
            + " to learn which tensors differ");
  }

  private static @Nullable Path existing(String file) {
    try {
      Path path = Path.of(file);
      return Files.exists(path) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
