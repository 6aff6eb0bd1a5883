package dev.shiftwise.models;

import dev.shiftwise.models.io.Preprocessing;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.models.networks.Catalogue;
import dev.shiftwise.models.networks.DataSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network of the catalogue with what its data set adds to it.
 *
 * @param architecture the network without weights
 */
record KnownModel(Architecture architecture) {
  /** Those whose trained weights are a resource of this jar. */
  private static final Set<String> TRAINED = Set.of("addressnet-fashion");

  /**
   * What a data set means for its networks.
   *
   * @param labels reads the names of its classes
   * @param preprocessing what its networks want done to a picture
   */
  private record Task(Supplier<List<String>> labels, Preprocessing preprocessing) {}

  /** The means and deviations are those of each data set's training pictures. */
  private static final Map<DataSet, Task> TASKS =
      Map.of(
          DataSet.FASHION,
          new Task(
              () -> labelsFrom("fashion-mnist.labels"),
              new Preprocessing(1, 28, 28, 28, List.of(0.2860f), List.of(0.3530f))),
          DataSet.CIFAR_10,
          new Task(
              () -> labelsFrom("cifar-10.labels"),
              new Preprocessing(
                  3,
                  32,
                  32,
                  32,
                  List.of(0.4914f, 0.4822f, 0.4465f),
                  List.of(0.2470f, 0.2435f, 0.2616f))),
          DataSet.CIFAR_100,
          new Task(
              () -> labelsFrom("cifar-100.labels"),
              new Preprocessing(
                  3,
                  32,
                  32,
                  32,
                  List.of(0.5071f, 0.4867f, 0.4408f),
                  List.of(0.2675f, 0.2565f, 0.2761f))),
          DataSet.IMAGENET,
          new Task(
              () -> IntStream.range(0, 1000).mapToObj(i -> "class " + i).toList(),
              // What torchvision's ImageNet models take.
              new Preprocessing(
                  3,
                  224,
                  224,
                  256,
                  List.of(0.485f, 0.456f, 0.406f),
                  List.of(0.229f, 0.224f, 0.225f))));

  /** Everything that has a name. */
  static List<KnownModel> all() {
    return Catalogue.all().stream().map(KnownModel::new).toList();
  }

  /** Returns what has a name, or null. */
  static @Nullable KnownModel find(String name) {
    return all().stream().filter(known -> known.name().equals(name)).findFirst().orElse(null);
  }

  /**
   * Returns what has a name.
   *
   * @throws IllegalArgumentException if nothing has
   */
  static KnownModel require(String name) {
    KnownModel known = find(name);
    if (known == null) {
      throw new IllegalArgumentException(
          "model: found '" + name + "', wanted one of " + Models.names());
    }
    return known;
  }

  String name() {
    return architecture.name();
  }

  List<String> labels() {
    return task().labels().get();
  }

  Preprocessing preprocessing() {
    return task().preprocessing();
  }

  /** Returns the resource with its trained weights, or null if none ship with Shiftwise. */
  @Nullable String weights() {
    return TRAINED.contains(name()) ? name() + ".safetensors" : null;
  }

  private Task task() {
    Task task = TASKS.get(architecture.dataSet());
    if (task == null) {
      throw new IllegalStateException(
          "the catalogue's " + name() + " is for " + architecture.dataSet());
    }
    return task;
  }

  private static List<String> labelsFrom(String resource) {
    return new String(bytes(resource), StandardCharsets.UTF_8).lines().toList();
  }

  /** Reads a resource that is part of this module. */
  static byte[] bytes(String resource) {
    try (InputStream in = KnownModel.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource " + resource + " is missing from this jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + resource + " cannot be read", e);
    }
  }
}
