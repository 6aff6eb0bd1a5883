package dev.shiftwise.models.io;

/**
 * Scales a picture and takes the centre as Pillow does: rows first, both passes rounded to 8 bits
 * from fixed-point weights. Only the part that the crop keeps is computed.
 */
final class Resampling {
  private final Picture source;
  private final ResamplingFilter columns;
  private final ResamplingFilter rows;

  private Resampling(Picture source, ResamplingFilter columns, ResamplingFilter rows) {
    this.source = source;
    this.columns = columns;
    this.rows = rows;
  }

  /** Scales and crops to a size that the scaling covers. */
  static Picture centreCrop(Picture source, Scaling scaling, int height, int width) {
    return new Resampling(
            source,
            filter(scaling, source.width(), scaling.widthOf(source), width),
            filter(scaling, source.height(), scaling.heightOf(source), height))
        .run();
  }

  private static ResamplingFilter filter(Scaling scaling, int from, long scaled, int kept) {
    return new ResamplingFilter(scaling.interpolation(), from, scaled, margin(scaled, kept), kept);
  }

  /** As torchvision: half of what is left over, a half rounded to even. */
  private static long margin(long scaled, int kept) {
    return (long) Math.rint((scaled - kept) / 2.0);
  }

  private Picture run() {
    int channels = source.channels();
    int rowLength = columns.count() * channels;
    int firstRow = rows.first(0);
    byte[][] narrowed = new byte[rows.end(rows.count() - 1) - firstRow][rowLength];
    for (int y = 0; y < narrowed.length; y++) {
      narrow(y + firstRow, narrowed[y]);
    }
    byte[] samples = new byte[Math.multiplyExact(rows.count(), rowLength)];
    for (int y = 0; y < rows.count(); y++) {
      int[] weights = rows.weights(y);
      for (int at = 0; at < rowLength; at++) {
        int sum = 1 << (ResamplingFilter.WEIGHT_BITS - 1);
        for (int k = 0; k < weights.length; k++) {
          sum += weights[k] * (narrowed[rows.first(y) - firstRow + k][at] & 0xff);
        }
        samples[y * rowLength + at] = clipped(sum);
      }
    }
    return Picture.interleaved(columns.count(), rows.count(), channels, samples);
  }

  private void narrow(int y, byte[] row) {
    int at = 0;
    for (int x = 0; x < columns.count(); x++) {
      int[] weights = columns.weights(x);
      for (int channel = 0; channel < source.channels(); channel++) {
        int sum = 1 << (ResamplingFilter.WEIGHT_BITS - 1);
        for (int k = 0; k < weights.length; k++) {
          sum += weights[k] * source.sample(channel, y, columns.first(x) + k);
        }
        row[at++] = clipped(sum);
      }
    }
  }

  private static byte clipped(int sum) {
    return (byte) Math.clamp(sum >> ResamplingFilter.WEIGHT_BITS, 0, 255);
  }
}
