package dev.shiftwise.models.onnx;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.RandomWeights;
import dev.shiftwise.models.SmallImages;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.models.networks.Catalogue;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A network by name with random weights and one random image: what a backend makes of it, and what
 * ONNX Runtime makes of the exported file.
 */
final class NamedNetwork {
  /** NET-07's for each of the two. */
  private static final double BOUND = 2 * 1e-5;

  /**
   * For small images: with other weights GhostNet's gates hang on the last bits of large sums, so
   * that no two programs agree on it within the bound.
   */
  private static final long SEED = 11;

  private final Network network;
  private final float[] image;
  private final int classes;

  private NamedNetwork(Network network, float[] image, int classes) {
    this.network = network;
    this.image = image;
    this.classes = classes;
  }

  /** Makes a network for images of some shape. */
  static NamedNetwork of(Architecture architecture, Shape shape, long seed) {
    Network network = architecture.network(new RandomWeights(seed), architecture.border(), shape);
    SplittableRandom random = new SplittableRandom(7);
    float[] image = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    return new NamedNetwork(network, image, architecture.classes());
  }

  /** Makes one for images as small as its layers allow. */
  static NamedNetwork small(String name) {
    Architecture architecture = architecture(name);
    return of(architecture, SmallImages.of(architecture), SEED);
  }

  static Architecture architecture(String name) {
    return Catalogue.all().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the logits of a backend. */
  float[] on(Backend backend, CompileOptions options) {
    float[] logits = new float[classes];
    try (Session session = backend.compile(network, options)) {
      session.run(image, logits);
    }
    return logits;
  }

  /** Returns the logits of ONNX Runtime. */
  float[] elsewhere() {
    Shape shape = network.input(Architecture.INPUT).shape();
    try (RuntimeSession session =
        new RuntimeSession(OnnxExport.toBytes(network, OnnxExport.Shifts.CONVOLVED))) {
      return session.run(image, 1, shape.channels(), shape.height(), shape.width());
    }
  }

  /** Returns what is wrong with logits; nothing if they are close to those of ONNX Runtime. */
  static Optional<String> difference(float[] logits, float[] elsewhere) {
    if (logits.length != elsewhere.length) {
      return Optional.of(logits.length + " logits, wanted " + elsewhere.length);
    }
    double largest = 0;
    double error = 0;
    for (int i = 0; i < logits.length; i++) {
      largest = Math.max(largest, Math.abs(elsewhere[i]));
      error = Math.max(error, Math.abs(logits[i] - elsewhere[i]));
    }
    // NaN is no smaller than anything.
    return largest > 1e-3 && error <= BOUND * largest
        ? Optional.empty()
        : Optional.of("off by " + error + ", logits up to " + largest);
  }
}
