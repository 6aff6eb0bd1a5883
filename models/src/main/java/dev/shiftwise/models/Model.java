package dev.shiftwise.models;

import dev.shiftwise.models.io.Preprocessing;
import dev.shiftwise.models.io.SafetensorsFile;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.network.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network with its weights, the names of its classes, and what it wants done to a picture first.
 *
 * <p>{@link Models} makes them. The network has one input, {@link Architecture#INPUT}, and one
 * output, {@link Architecture#OUTPUT}.
 *
 * <p><b>Ownership.</b> A model may hold a mapped file that its network's weights are views of.
 * Whoever opens it closes it, once the network has been compiled or later; sessions compiled before
 * go on. Safe for any thread.
 */
public final class Model implements AutoCloseable {
  private final String name;
  private final String origin;
  private final Network network;
  private final List<String> labels;
  private final Preprocessing preprocessing;
  private final @Nullable SafetensorsFile file;

  Model(KnownModel known, String origin, Network network, @Nullable SafetensorsFile file) {
    this.name = known.name();
    this.origin = origin;
    this.network = network;
    this.labels = known.labels();
    this.preprocessing = known.preprocessing();
    this.file = file;
  }

  /** Returns the architecture's name, such as {@code addressnet-fashion}. */
  public String name() {
    return name;
  }

  /** Returns where the weights come from, for people to read. */
  public String origin() {
    return origin;
  }

  /** Returns the network; to be compiled before this model is closed. */
  public Network network() {
    return network;
  }

  /** Returns the names of the classes, in the order of the network's output. */
  public List<String> labels() {
    return labels;
  }

  /** Returns what is to be done to a picture before the network sees it. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /**
   * Ranks the classes of one image: softmax over its logits, computed in double precision.
   *
   * @param logits the network's output for a batch, image after image
   * @param image the image's number in the batch
   * @param most how many classes to return at most
   * @return the likeliest first; of equals the one with the lower number first
   * @throws IndexOutOfBoundsException if the batch has no such image
   */
  public List<Guess> rank(float[] logits, int image, int most) {
    int first = Math.multiplyExact(image, labels.size());
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < labels.size(); i++) {
      largest = Math.max(largest, logits[first + i]);
    }
    double sum = 0;
    for (int i = 0; i < labels.size(); i++) {
      sum += Math.exp(logits[first + i] - largest);
    }
    List<Guess> guesses = new ArrayList<>();
    for (int i : order(logits, first).limit(most).toArray()) {
      guesses.add(new Guess(labels.get(i), Math.exp(logits[first + i] - largest) / sum));
    }
    return guesses;
  }

  private IntStream order(float[] logits, int first) {
    return IntStream.range(0, labels.size())
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(i -> -logits[first + i]))
        .mapToInt(i -> i);
  }

  /** Closes the weights file, if there is one. */
  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }

  /** Returns name and origin. */
  @Override
  public String toString() {
    return name + " (" + origin + ")";
  }
}
