package dev.shiftwise.bench;

import dev.shiftwise.bench.BenchReport.VariantResult;
import dev.shiftwise.bench.BenchReport.WorkloadResult;
import dev.shiftwise.bench.InterleavedTiming.Contender;
import dev.shiftwise.bench.InterleavedTiming.Result;
import dev.shiftwise.network.Network;
import dev.shiftwise.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Checks networks and times them side by side. */
final class VariantTiming {
  private final BenchOptions options;
  private final Oracle oracle;

  VariantTiming(BenchOptions options, Oracle oracle) {
    this.options = options;
    this.oracle = oracle;
  }

  private record Ready(Entrant entrant, Engine.Compiled compiled) {}

  /**
   * Compiles the entrants, checks the values of each, and times them side by side.
   *
   * @throws WrongValueException if one computes a wrong value
   */
  WorkloadResult measure(Workload workload, List<Entrant> entrants) {
    List<Ready> ready = new ArrayList<>();
    try {
      for (Entrant entrant : entrants) {
        Ready one =
            new Ready(
                entrant,
                entrant
                    .engine()
                    .compile(entrant.variant().network(), options.batch(), options.threads()));
        ready.add(one);
        check(workload, one);
      }
      Result result =
          options
              .timing()
              .measure(
                  ready.stream()
                      .map(one -> new Contender(one.entrant().name(), one.compiled()::run))
                      .toList());
      Samples base = result.samples().getFirst();
      List<VariantResult> results = new ArrayList<>();
      for (Ready one : ready) {
        results.add(describe(one, result.of(one.entrant().name()), base));
      }
      return new WorkloadResult(workload, result.steady(), results);
    } finally {
      ready.forEach(one -> one.compiled().close());
    }
  }

  /** Runs the same image at every place of the batch: all results must be right. */
  private void check(Workload workload, Ready ready) {
    Network network = ready.entrant().variant().network();
    float[] image = image(network.inputs().getFirst().shape());
    float[] images = new float[options.batch() * image.length];
    for (int i = 0; i < options.batch(); i++) {
      System.arraycopy(image, 0, images, i * image.length, image.length);
    }
    ready.compiled().setInput(images);
    ready.compiled().run();
    float[] outputs = ready.compiled().output();
    Oracle.Expectation expectation = oracle.expect(network, image);
    int size = outputs.length / options.batch();
    for (int i = 0; i < options.batch(); i++) {
      Optional<String> difference =
          expectation.difference(Arrays.copyOfRange(outputs, i * size, (i + 1) * size));
      if (difference.isPresent()) {
        throw new WrongValueException(
            ready.entrant().engine().name()
                + " computes '"
                + ready.entrant().name()
                + "' at "
                + workload
                + " wrongly, nothing was timed: "
                + difference.get());
      }
    }
  }

  private static float[] image(Shape shape) {
    SplittableRandom random = new SplittableRandom(7);
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private VariantResult describe(Ready one, Samples samples, Samples base) {
    long multiplyAdds = one.entrant().variant().network().multiplyAdds();
    return new VariantResult(
        one.entrant().name(),
        multiplyAdds,
        one.compiled().plannedCopies(),
        one.compiled().slabBytes(),
        samples.median(),
        samples.best(),
        samples.spread(),
        2.0 * multiplyAdds * options.batch() / samples.median(),
        samples.ratioTo(base));
  }
}
