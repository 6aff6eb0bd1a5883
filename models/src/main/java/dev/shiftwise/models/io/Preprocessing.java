package dev.shiftwise.models.io;

import java.util.List;
import java.util.Objects;

/**
 * What a model wants done to a picture before it sees it: channels, scaling, centre crop, and
 * {@code (sample / 255 - mean) / deviation}.
 *
 * <p>The steps and their roundings are those of torchvision's {@code Resize}, {@code CenterCrop},
 * {@code ToTensor} and {@code Normalize} over Pillow images, which is what such models are trained
 * with. A picture that has the right size already is not resampled.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param height of the model's input
 * @param width of the model's input
 * @param scaling to what size the picture is scaled before the crop; at least to {@code height} and
 *     {@code width}
 * @param mean subtracted, one a channel, in units of the full scale
 * @param deviation divided by, one a channel
 */
public record Preprocessing(
    int channels, int height, int width, Scaling scaling, List<Float> mean, List<Float> deviation) {

  /** Checks the values and copies the lists. */
  public Preprocessing {
    require(channels == 1 || channels == 3, "channels", channels, "1 or 3");
    require(height > 0, "height", height, "1 or more");
    require(width > 0, "width", width, "1 or more");
    require(
        scaling.covers(height, width),
        "scaling",
        scaling,
        scaling.proportional()
            ? Math.max(height, width) + " or more"
            : height + "x" + width + " or more");
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    require(mean.size() == channels, "mean", mean, channels + " values");
    require(
        deviation.size() == channels && deviation.stream().allMatch(d -> d > 0),
        "deviation",
        deviation,
        channels + " values above 0");
  }

  /**
   * Makes one that scales bilinearly and keeps the proportions.
   *
   * @param shorterSide what the picture's shorter side is scaled to before the crop, in pixels; at
   *     least {@code height} and {@code width}
   */
  public Preprocessing(
      int channels,
      int height,
      int width,
      int shorterSide,
      List<Float> mean,
      List<Float> deviation) {
    this(channels, height, width, Scaling.shorterSide(shorterSide), mean, deviation);
  }

  private static void require(boolean holds, String argument, Object found, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException(argument + ": found " + found + ", wanted " + wanted);
    }
  }

  /** Returns how many values one prepared picture has: channels x height x width. */
  public int size() {
    return Math.multiplyExact(channels, Math.multiplyExact(height, width));
  }

  /**
   * Prepares a picture.
   *
   * @return {@link #size()} values, channel after channel, row after row
   */
  public float[] apply(Picture picture) {
    float[] prepared = new float[size()];
    apply(picture, prepared, 0);
    return prepared;
  }

  /**
   * Prepares a picture into a batch.
   *
   * @param picture the picture
   * @param batch takes {@link #size()} values, channel after channel, row after row
   * @param offset the place of the first value in {@code batch}
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void apply(Picture picture, float[] batch, int offset) {
    Objects.checkFromIndexSize(offset, size(), batch.length);
    Picture sized = Resampling.centreCrop(picture.withChannels(channels), scaling, height, width);
    int at = offset;
    for (int channel = 0; channel < channels; channel++) {
      float subtract = mean.get(channel);
      float divide = deviation.get(channel);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          batch[at++] = (sized.sample(channel, y, x) / 255f - subtract) / divide;
        }
      }
    }
  }
}
