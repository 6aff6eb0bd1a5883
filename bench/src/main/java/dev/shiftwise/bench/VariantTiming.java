package dev.shiftwise.bench;

import dev.shiftwise.bench.BenchReport.VariantResult;
import dev.shiftwise.bench.BenchReport.WorkloadResult;
import dev.shiftwise.bench.InterleavedTiming.Contender;
import dev.shiftwise.bench.InterleavedTiming.Result;
import dev.shiftwise.bench.ReadyList.Ready;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.tensor.Shape;
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

  /**
   * What was timed.
   *
   * @param steady whether the warm-up ended because nothing got faster any more
   * @param variants a result each, the base first
   */
  record Timed(boolean steady, List<VariantResult> variants) {
    /** Copies the list. */
    Timed {
      variants = List.copyOf(variants);
    }
  }

  /**
   * Compiles the entrants, checks the values of each, and times them side by side.
   *
   * @throws WrongValueException if one computes a wrong value
   */
  WorkloadResult measure(Workload workload, List<Entrant> entrants) {
    try (ReadyList ready = new ReadyList()) {
      for (Entrant entrant : entrants) {
        ready.add(entrant, entrant.compile(options.batch(), options.threads()));
        Network network = entrant.variant().network();
        float[] image = image(network.inputs().getFirst().shape());
        check(workload.toString(), ready.last(), oracle.expect(network, image));
      }
      Timed timed = time(ready.all());
      return new WorkloadResult(workload, timed.steady(), timed.variants());
    }
  }

  /** Times what is ready side by side; the first is the base. */
  Timed time(List<Ready> ready) {
    Result result =
        options
            .timing()
            .measure(
                ready.stream()
                    .map(one -> new Contender(one.entrant().name(), one.compiled()::run))
                    .toList());
    Samples base = result.samples().getFirst();
    return new Timed(
        result.steady(),
        ready.stream().map(one -> describe(one, result.of(one.entrant().name()), base)).toList());
  }

  /** Runs the same image at every place of the batch: all results must be right. */
  void check(String where, Ready ready, Oracle.Expectation expectation) {
    float[] image = image(ready.entrant().variant().network().inputs().getFirst().shape());
    float[] images = new float[Math.multiplyExact(options.batch(), image.length)];
    for (int i = 0; i < options.batch(); i++) {
      System.arraycopy(image, 0, images, i * image.length, image.length);
    }
    ready.compiled().setInput(images);
    ready.compiled().run();
    float[] outputs = ready.compiled().output();
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
                + where
                + " wrongly, nothing was timed: "
                + difference.get());
      }
    }
  }

  /** Returns the image that values are checked with. */
  static float[] image(Shape shape) {
    SplittableRandom random = new SplittableRandom(7);
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private VariantResult describe(Ready one, Samples samples, Samples base) {
    Network network = one.entrant().variant().network();
    long multiplyAdds = network.multiplyAdds();
    return new VariantResult(
        one.entrant().name(),
        multiplyAdds,
        trafficBytes(network, options.batch()),
        samples.median(),
        samples.lowerQuartile(),
        samples.upperQuartile(),
        samples.best(),
        samples.spread(),
        2.0 * multiplyAdds * options.batch() / samples.median(),
        samples.ratioTo(base),
        one.compiled().plan().map(PlanReport::of).orElse(null));
  }

  /**
   * Returns what operators read and write in a run if each operand, parameter and result crosses
   * once. Joining counts nothing, since a plan can do without.
   */
  static long trafficBytes(Network network, int batch) {
    long elements = network.parameters();
    for (Node node : network.nodes()) {
      if (!(node.operator() instanceof Concat)) {
        long image = node.output().shape().elements();
        for (Shape read : node.inputShapes()) {
          image += read.elements();
        }
        elements = Math.addExact(elements, Math.multiplyExact(image, batch));
      }
    }
    return Math.multiplyExact(elements, Float.BYTES);
  }
}
