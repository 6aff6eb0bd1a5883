package dev.shiftwise.models;

import dev.shiftwise.models.io.Preprocessing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the catalogue.
 *
 * @param architecture the network without weights
 * @param labels the names of its classes
 * @param preprocessing what it wants done to a picture
 * @param weights the resource with its trained weights, or null if none ship with Shiftwise
 */
record KnownModel(
    Architecture architecture,
    List<String> labels,
    Preprocessing preprocessing,
    @Nullable String weights) {

  KnownModel {
    labels = List.copyOf(labels);
    if (labels.size() != architecture.classes()) {
      throw new IllegalArgumentException(
          "labels: found " + labels.size() + ", wanted " + architecture.classes());
    }
  }

  String name() {
    return architecture.name();
  }

  /** Everything that has a name. */
  static List<KnownModel> all() {
    List<String> objects = labelsFrom("cifar-100.labels");
    return List.of(
        new KnownModel(
            AddressNet.fashion(),
            labelsFrom("fashion-mnist.labels"),
            new Preprocessing(1, 28, 28, 28, List.of(0.2860f), List.of(0.3530f)),
            "addressnet-fashion.safetensors"),
        new KnownModel(AddressNet.cifar100(20), objects, CIFAR, null),
        new KnownModel(AddressNet.cifar100(32), objects, CIFAR, null),
        new KnownModel(AddressNet.cifar100(44), objects, CIFAR, null),
        new KnownModel(AddressNet.imageNet(), numbered(1000), IMAGENET, null));
  }

  /** The statistics of CIFAR-100's training pictures. */
  private static final Preprocessing CIFAR =
      new Preprocessing(
          3, 32, 32, 32, List.of(0.5071f, 0.4867f, 0.4408f), List.of(0.2675f, 0.2565f, 0.2761f));

  /** What torchvision's ImageNet models take. */
  private static final Preprocessing IMAGENET =
      new Preprocessing(
          3, 224, 224, 256, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "class " + i).toList();
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
