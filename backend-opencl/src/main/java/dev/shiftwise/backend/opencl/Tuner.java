package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.opencl.Tuning.PlaneSize;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

  private final Function<Tuning, Backend> tuned;
  private final ClDevice.Kind kind;

  /**
   * Makes a tuner.
   *
   * @param tuned the open device with a tuning; it is the caller's to close
   */
  Tuner(ClDevice.Kind kind, Function<Tuning, Backend> tuned) {
    this.kind = kind;
    this.tuned = tuned;
  }

  /** Returns in words what is tried, for the key of what is kept. */
  static String candidates(ClDevice.Kind kind) {
    return Tuning.standard(kind) + "; " + tilings(kind) + "; " + groups(kind);
  }

  private static List<Tiling> tilings(ClDevice.Kind kind) {
    return kind == ClDevice.Kind.CPU ? CPU_TILINGS : GPU_TILINGS;
  }

  private static List<Long> groups(ClDevice.Kind kind) {
    return kind == ClDevice.Kind.CPU ? CPU_GROUPS : List.of();
  }

  /** Measures, and returns the best tuning found; nothing if the standard could not be measured. */
  Optional<Tuning> measure() {
    long start = System.nanoTime();
    Optional<Tuning> best = Optional.of(Tuning.standard(kind));
    for (PlaneSize size : PlaneSize.values()) {
      best =
          best.flatMap(
              tuning ->
                  fastest(
                      tuning,
                      tilings(kind).stream().map(tiling -> tuning.with(size, tiling)),
                      size));
    }
    // The question matters where work is little: the middle size decides.
    best =
        best.flatMap(
            tuning ->
                fastest(
                    tuning, groups(kind).stream().map(tuning::withSmallestGroup), PlaneSize.SMALL));
    LOG.log(
        System.Logger.Level.DEBUG,
        "tuned in {0} ms: {1}",
        (System.nanoTime() - start) / 1_000_000,
        best.map(Tuning::toString).orElse("nothing"));
    return best;
  }

  /**
   * Returns the fastest, or the standard where no other is worth it; nothing if the standard does
   * not run. All take turns, so that a change of the machine's load or clock meets each of them.
   */
  private Optional<Tuning> fastest(Tuning standard, Stream<Tuning> others, PlaneSize size) {
    Network network = chain(size);
    List<Trial> trials = new ArrayList<>();
    try {
      Stream.concat(Stream.of(standard), others)
          .distinct()
          .forEach(tuning -> trials.add(new Trial(tuning, tuned.apply(tuning), network)));
      Trial usual = trials.getFirst();
      takeTurns(trials);
      Trial winner = Collections.min(trials, Comparator.comparingDouble(Trial::best));
      if (winner != usual) {
        // The least of many may be luck: it has to win again.
        takeTurns(List.of(usual, winner));
      }
      if (!usual.runs()) {
        return Optional.empty();
      }
      boolean wins = winner.best() < usual.best() * WORTH_CHANGING;
      return Optional.of(wins ? winner.tuning() : standard);
    } finally {
      trials.forEach(Trial::close);
    }
  }

  /** Afterwards each has its least time of this. */
  private static void takeTurns(List<Trial> trials) {
    for (int round = -WARM_UP; round < SAMPLES; round++) {
      for (Trial trial : trials) {
        if (round <= 0) {
          trial.forget();
        }
        trial.run();
      }
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
