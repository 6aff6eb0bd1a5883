package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.backend.opencl.Tuning.PlaneSize;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds by measurement which tilings are fastest on a device: a few short chains of pointwise
 * convolutions for each candidate, through the same sessions that everybody uses. Takes some
 * seconds, most of them for compiling.
 */
final class Tuner {
  private static final System.Logger LOG = System.getLogger(Tuner.class.getName());
  private static final int LAYERS = 4;
  private static final int WARM_UP = 3;
  private static final int SAMPLES = 9;

  /** A candidate has to be faster than what does well elsewhere by more than the noise. */
  private static final double WORTH_CHANGING = 0.97;

  private static final List<Tiling> CPU_TILINGS =
      Stream.of("16x3x8x1", "16x2x8x1", "8x3x8x1", "8x2x8x1", "8x4x4x1", "4x3x8x1", "4x4x4x1")
          .map(Tiling::parse)
          .toList();

  private static final List<Tiling> GPU_TILINGS =
      Stream.of(
              "1x1x8x64",
              "1x2x8x64",
              "1x4x8x64",
              "1x2x16x64",
              "1x1x16x64",
              "2x1x8x64",
              "2x2x8x64",
              "4x1x8x32",
              "4x1x8x64",
              "4x2x8x32",
              "1x2x8x128")
          .map(Tiling::parse)
          .toList();

  private static final List<Long> CPU_GROUPS = List.of(30_000L, 100_000L, 300_000L, 1_000_000L);

  private final Function<Tuning, Backend> open;
  private final ClDevice.Kind kind;

  /**
   * Makes a tuner.
   *
   * @param open opens the device with a tuning; the tuner closes it
   */
  Tuner(ClDevice.Kind kind, Function<Tuning, Backend> open) {
    this.kind = kind;
    this.open = open;
  }

  /** Measures, and returns the best tuning found. */
  Tuning measure() {
    long start = System.nanoTime();
    Tuning best = Tuning.standard(kind);
    for (PlaneSize size : PlaneSize.values()) {
      best = best.with(size, fastestTiling(best, size));
    }
    if (kind == ClDevice.Kind.CPU) {
      best = best.withSmallestGroup(fastestGroup(best));
    }
    LOG.log(
        System.Logger.Level.DEBUG,
        "tuned in {0} ms: {1}",
        (System.nanoTime() - start) / 1_000_000,
        best);
    return best;
  }

  private Tiling fastestTiling(Tuning standard, PlaneSize size) {
    Tiling best = standard.tiling(size);
    double bestTime = time(standard, size) * WORTH_CHANGING;
    for (Tiling tiling : kind == ClDevice.Kind.CPU ? CPU_TILINGS : GPU_TILINGS) {
      double time = time(standard.with(size, tiling), size);
      if (time < bestTime) {
        bestTime = time;
        best = tiling;
      }
    }
    return best;
  }

  /** The question matters where work is little: the middle size decides. */
  private long fastestGroup(Tuning tilings) {
    long best = tilings.smallestGroup();
    double bestTime = time(tilings, PlaneSize.SMALL) * WORTH_CHANGING;
    for (long group : CPU_GROUPS) {
      double time = time(tilings.withSmallestGroup(group), PlaneSize.SMALL);
      if (time < bestTime) {
        bestTime = time;
        best = group;
      }
    }
    return best;
  }

  /** Returns the median time of a run; endless if the device cannot do it this way. */
  private double time(Tuning tuning, PlaneSize size) {
    try (Backend backend = open.apply(tuning);
        Session session = backend.compile(chain(size), CompileOptions.DEFAULT)) {
      FeatureMap input = session.allocate("x");
      FeatureMap output = session.allocate("y");
      double[] nanos = new double[SAMPLES];
      for (int i = -WARM_UP; i < SAMPLES; i++) {
        long start = System.nanoTime();
        session.run(input, output);
        if (i >= 0) {
          nanos[i] = System.nanoTime() - start;
        }
      }
      Arrays.sort(nanos);
      return nanos[SAMPLES / 2];
    } catch (BackendException e) {
      LOG.log(System.Logger.Level.DEBUG, "not on this device: " + tuning, e);
      return Double.POSITIVE_INFINITY;
    }
  }

  private static Network chain(PlaneSize size) {
    Shape shape =
        switch (size) {
          case TINY -> new Shape(256, 7, 7);
          case SMALL -> new Shape(128, 14, 14);
          case LARGE -> new Shape(64, 40, 40);
        };
    NetworkBuilder builder = Network.builder("tuning " + size);
    Operand current = builder.input("x", shape);
    int channels = shape.channels();
    for (int layer = 0; layer < LAYERS; layer++) {
      current =
          builder.add(
              "layer" + layer,
              PointwiseConvolution.of(
                      Filter.pointwise(new float[channels * channels], new float[channels]))
                  .withActivation(Activation.RELU),
              current);
    }
    builder.output("y", current);
    return builder.build();
  }
}
