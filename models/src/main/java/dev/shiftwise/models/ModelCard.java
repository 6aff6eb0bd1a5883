package dev.shiftwise.models;

import dev.shiftwise.models.io.Interpolation;
import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.models.io.Preprocessing;
import dev.shiftwise.models.io.Scaling;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is stated of a model's pictures and classes; what is not stated is null.
 *
 * <p>A file states it in its metadata ({@code __metadata__} of safetensors, {@code metadata_props}
 * of ONNX), a text for each key:
 *
 * <pre>
 * mean           0.485,0.456,0.406      one number a channel, or one for all
 * std            0.229,0.224,0.225
 * resize         256 or 224x192         {@link Scaling#parse}
 * interpolation  bilinear or bicubic
 * labels         the names of the classes, one a line
 * </pre>
 *
 * @param mean subtracted from samples of 0 to 1, one a channel or one for all
 * @param deviation divided by, one a channel or one for all
 * @param scaling to what size pictures are scaled before the centre is taken
 * @param interpolation how they are scaled, if it is not as {@code scaling} says
 * @param labels the names of the classes
 */
public record ModelCard(
    @Nullable List<Float> mean,
    @Nullable List<Float> deviation,
    @Nullable Scaling scaling,
    @Nullable Interpolation interpolation,
    @Nullable List<String> labels) {

  /** States nothing. */
  public static final ModelCard EMPTY = new ModelCard(null, null, null, null, null);

  private static final String MEAN = "mean";
  private static final String DEVIATION = "std";
  private static final String SCALING = "resize";
  private static final String INTERPOLATION = "interpolation";
  private static final String LABELS = "labels";

  /** Copies the lists. */
  public ModelCard {
    mean = mean == null ? null : List.copyOf(mean);
    deviation = deviation == null ? null : List.copyOf(deviation);
    labels = labels == null ? null : List.copyOf(labels);
  }

  /**
   * Reads what a file's metadata states.
   *
   * @param file the file, for the message
   * @param metadata its metadata; other keys are passed over
   * @throws ModelFormatException if a value is not as it should be
   */
  public static ModelCard of(String file, Map<String, String> metadata)
      throws ModelFormatException {
    return new ModelCard(
        read(file, metadata, MEAN, ModelCard::numbers, "numbers with commas between"),
        read(file, metadata, DEVIATION, ModelCard::numbers, "numbers with commas between"),
        read(file, metadata, SCALING, Scaling::parse, "such as 256 or 224x192"),
        read(file, metadata, INTERPOLATION, ModelCard::interpolation, "bilinear or bicubic"),
        read(file, metadata, LABELS, ModelCard::lines, "a name a line"));
  }

  /** Reads numbers with commas between; empty if one is none, or not finite. */
  public static Optional<List<Float>> numbers(String text) {
    try {
      List<Float> numbers =
          Stream.of(text.split(",", -1)).map(String::strip).map(Float::valueOf).toList();
      return numbers.stream().allMatch(Float::isFinite) ? Optional.of(numbers) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Reads names, one a line; empty if there is none. */
  public static Optional<List<String>> lines(String text) {
    List<String> lines = text.lines().map(String::strip).toList();
    int end = lines.size();
    while (end > 0 && lines.get(end - 1).isEmpty()) {
      end--;
    }
    return end == 0 ? Optional.empty() : Optional.of(lines.subList(0, end));
  }

  private static Optional<Interpolation> interpolation(String text) {
    return Arrays.stream(Interpolation.values()).filter(one -> name(one).equals(text)).findFirst();
  }

  private static String name(Interpolation interpolation) {
    return interpolation.name().toLowerCase(Locale.ROOT);
  }

  /** How a value is read. */
  @FunctionalInterface
  private interface Reading<T> {
    Optional<T> of(String text);
  }

  private static <T> @Nullable T read(
      String file, Map<String, String> metadata, String key, Reading<T> reading, String wanted)
      throws ModelFormatException {
    String text = metadata.get(key);
    if (text == null) {
      return null;
    }
    Optional<T> value = reading.of(text);
    if (value.isEmpty()) {
      throw new ModelFormatException(
          file, "metadata " + key, ModelFormatException.quote(text), wanted);
    }
    return value.get();
  }

  /** Returns the metadata that states this. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (mean != null) {
      metadata.put(MEAN, text(mean));
    }
    if (deviation != null) {
      metadata.put(DEVIATION, text(deviation));
    }
    if (scaling != null) {
      metadata.put(SCALING, scaling.toString());
    }
    if (interpolation != null) {
      metadata.put(INTERPOLATION, name(interpolation));
    }
    if (labels != null) {
      metadata.put(LABELS, String.join("\n", labels));
    }
    return metadata;
  }

  private static String text(List<Float> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Returns a card of all that a model's preprocessing and labels are. */
  static ModelCard of(Preprocessing preprocessing, List<String> labels) {
    return new ModelCard(
        preprocessing.mean(),
        preprocessing.deviation(),
        preprocessing.scaling(),
        preprocessing.scaling().interpolation(),
        labels);
  }

  /** Returns this card, with what it does not state as another states it. */
  public ModelCard or(ModelCard other) {
    return new ModelCard(
        mean == null ? other.mean : mean,
        deviation == null ? other.deviation : deviation,
        scaling == null ? other.scaling : scaling,
        interpolation == null ? other.interpolation : interpolation,
        labels == null ? other.labels : labels);
  }

  /**
   * Returns what is to be done to a picture. Without a scaling the shorter side gets the length of
   * the input's longer one.
   *
   * @param channels of the network's input, 1 or 3
   * @param height of the network's input
   * @param width of the network's input
   * @return empty if mean or deviation is not stated
   * @throws IllegalArgumentException if what is stated does not fit the input
   */
  Optional<Preprocessing> preprocessing(int channels, int height, int width) {
    if (mean == null || deviation == null) {
      return Optional.empty();
    }
    Scaling size = scaling == null ? Scaling.shorterSide(Math.max(height, width)) : scaling;
    return Optional.of(
        new Preprocessing(
            channels,
            height,
            width,
            interpolation == null ? size : size.with(interpolation),
            repeated(mean, channels),
            repeated(deviation, channels)));
  }

  private static List<Float> repeated(List<Float> values, int channels) {
    return values.size() == 1 ? Collections.nCopies(channels, values.getFirst()) : values;
  }
}
