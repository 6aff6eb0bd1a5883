package dev.shiftwise.models;

import dev.shiftwise.models.io.Preprocessing;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A network with its weights, the names of its classes, and what it wants done to a picture first.
 *
 * <p>{@link Models} makes them. A network that is known by name has one input, {@link
 * Architecture#INPUT}, and one output, {@link Architecture#OUTPUT}.
 *
 * <p><b>Ownership.</b> A model may hold a mapped file that its network's weights are views of.
 * Whoever opens it closes it, once the network has been compiled or later; sessions compiled before
 * go on. Safe for any thread.
 */
public final class Model implements AutoCloseable {
  private final String name;
  private final String origin;
  private final Network network;
  private final ModelCard card;
  private final List<String> labels;
  private final @Nullable Preprocessing preprocessing;
  private final Runnable close;

  /**
   * Makes a model.
   *
   * @param card what is known of its pictures and classes
   * @param close closes what the network's weights are views of
   * @throws IllegalArgumentException if the card does not fit the network
   */
  Model(String name, String origin, Network network, ModelCard card, Runnable close) {
    this.name = name;
    this.origin = origin;
    this.network = network;
    this.card = card;
    this.labels = labels(network, card);
    this.preprocessing = preprocessing(network, card);
    this.close = close;
  }

  private static List<String> labels(Network network, ModelCard card) {
    long classes = network.outputs().values().iterator().next().shape().elements();
    if (card.labels() == null) {
      return LongStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    }
    if (card.labels().size() != classes) {
      throw new IllegalArgumentException(
          "labels: found " + card.labels().size() + ", wanted " + classes);
    }
    return card.labels();
  }

  private static @Nullable Preprocessing preprocessing(Network network, ModelCard card) {
    Shape input = network.inputs().getFirst().shape();
    return isPicture(network)
        ? card.preprocessing(input.channels(), input.height(), input.width()).orElse(null)
        : null;
  }

  private static boolean isPicture(Network network) {
    int channels = network.inputs().getFirst().shape().channels();
    return network.inputs().size() == 1 && (channels == 1 || channels == 3);
  }

  /**
   * Returns this model with other statements about its pictures and classes.
   *
   * @param stated takes the place of what this model says; what it does not state stays
   * @return a model of the same network and file: closing one of them closes both
   * @throws IllegalArgumentException if it does not fit the network
   */
  public Model with(ModelCard stated) {
    return new Model(name, origin, network, stated.or(card), close);
  }

  /** Returns what is stated of its pictures and classes. */
  public ModelCard card() {
    return card;
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

  /**
   * Returns what is to be done to a picture before the network sees it.
   *
   * @throws IllegalStateException if nobody has stated it, or the network takes no pictures
   */
  public Preprocessing preprocessing() {
    if (preprocessing == null) {
      throw new IllegalStateException(
          isPicture(network)
              ? name
                  + " does not say how pictures are prepared, wanted a mean and a deviation of its"
                  + " samples"
              : name + " takes " + network.inputs() + ", wanted one picture of 1 or 3 channels");
    }
    return preprocessing;
  }

  /**
   * Ranks the classes of one image: softmax over its logits, computed in double precision. What
   * comes out of a softmax of the network's own is taken as it is.
   *
   * @param logits the network's output for a batch, image after image
   * @param image the image's number in the batch
   * @param most how many classes to return at most
   * @return the likeliest first; of equals the one with the lower number first
   * @throws IndexOutOfBoundsException if the batch has no such image
   */
  public List<Guess> rank(float[] logits, int image, int most) {
    int first = Math.multiplyExact(image, labels.size());
    double[] probabilities = new double[labels.size()];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = logits[first + i];
    }
    if (!endsInSoftmax()) {
      softmax(probabilities);
    }
    List<Guess> guesses = new ArrayList<>();
    for (int i : order(logits, first).limit(most).toArray()) {
      guesses.add(new Guess(labels.get(i), probabilities[i]));
    }
    return guesses;
  }

  private boolean endsInSoftmax() {
    Operand output = network.outputs().values().iterator().next();
    return output.shape().plane() == 1
        && output.steps().isEmpty()
        && network.nodes().stream()
            .anyMatch(
                node -> node.output().equals(output.value()) && node.operator() instanceof Softmax);
  }

  private static void softmax(double[] values) {
    double largest = Arrays.stream(values).max().orElseThrow();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i] - largest);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
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
    close.run();
  }

  /** Returns name and origin. */
  @Override
  public String toString() {
    return name + " (" + origin + ")";
  }
}
