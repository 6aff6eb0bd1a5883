package dev.shiftwise.bench;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A shape of the kernel comparison: a chain of pointwise group convolutions, each with weights of
 * its own, bias and ReLU.
 *
 * @param channels input and output channels of each layer
 * @param height rows
 * @param width columns
 * @param batch images
 * @param groups groups
 */
record KernelShape(int channels, int height, int width, int batch, int groups) {
  /** Layers of a chain. */
  static final int LAYERS = 10;

  /** Channels, plane, batch and groups as they occur in networks of this kind. */
  static final List<KernelShape> ALL =
      parse(
          """
          64 56 1 1, 128 28 1 1, 256 14 1 1, 512 7 1 1, 1024 7 1 1, 32 32 1 1, 64 32 1 1,
          64 16 1 1, 128 16 1 1, 128 8 1 1, 256 8 1 1, 240 28 1 3, 480 14 1 3, 960 7 1 3,
          128 28 1 4, 256 14 1 4, 512 7 1 8, 128 28 1 8, 256 28 1 2, 96 16 1 3, 64 56 8 1,
          128 28 8 1, 256 14 8 2, 512 7 8 4, 64 32 8 1, 256 8 8 4, 128 16 8 2
          """);

  private static List<KernelShape> parse(String text) {
    List<KernelShape> shapes = new ArrayList<>();
    for (String entry : text.strip().split(",\\s*", -1)) {
      String[] fields = entry.split(" ", -1);
      int plane = Integer.parseInt(fields[1]);
      shapes.add(
          new KernelShape(
              Integer.parseInt(fields[0]),
              plane,
              plane,
              Integer.parseInt(fields[2]),
              Integer.parseInt(fields[3])));
    }
    return shapes;
  }

  Shape shape() {
    return new Shape(channels, height, width);
  }

  /** Returns floating-point operations of one run, 2 a multiply-add. */
  double operations() {
    return 2.0 * batch * LAYERS * channels * inputsOfGroup() * height * width;
  }

  int inputsOfGroup() {
    return channels / groups;
  }

  /** Returns a layer's weight, {@code (channels, channels / groups)}. */
  float[] weight(int layer) {
    // The factor keeps the values of a chain with ReLU near one size.
    double size = Math.sqrt(6.0 / inputsOfGroup());
    return values(31L * layer + 1, channels * inputsOfGroup(), size);
  }

  /** Returns a layer's bias. */
  float[] bias(int layer) {
    return values(31L * layer + 2, channels, 0.1);
  }

  /** Returns the images. */
  float[] input() {
    return values(0, (int) (batch * shape().elements()), 1);
  }

  private static float[] values(long seed, int count, double size) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((random.nextDouble() * 2 - 1) * size);
    }
    return values;
  }

  /**
   * Returns the chain. With a border, every layer but the first reads its operand through a channel
   * shift of half a group and AddressNet's address shift; the first reads what was just staged.
   *
   * @param border the border, or null for no shifts
   * @param copied whether the shifts are written out instead of read in place
   */
  Network chain(@Nullable Border border, boolean copied) {
    NetworkBuilder builder = Network.builder("chain of " + this);
    Operand current = builder.input("x", shape());
    for (int layer = 0; layer < LAYERS; layer++) {
      if (border != null && layer > 0) {
        current =
            current
                .channelShift(Math.max(1, channels / (2 * groups)))
                .then(AddressShift.addressNet(border, channels));
        current = copied ? builder.add("copy" + layer, new Copy(), current) : current;
      }
      PointwiseConvolution convolution =
          PointwiseConvolution.of(Filter.pointwise(weight(layer), bias(layer)))
              .withGroups(groups)
              .withActivation(Activation.RELU);
      current = builder.add("pw" + layer, convolution, current);
    }
    builder.output("y", current);
    return builder.build();
  }

  /** Returns the geometric mean of each column of a table with a row for each shape. */
  static double[] geometricMeans(List<double[]> rows) {
    double[] means = new double[rows.getFirst().length];
    for (int i = 0; i < means.length; i++) {
      int column = i;
      means[i] = Samples.geometricMean(rows.stream().mapToDouble(row -> row[column]).toArray());
    }
    return means;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width + " batch " + batch + " groups " + groups;
  }
}
