package dev.shiftwise.bench;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.bench.BenchReport.VariantResult;
import dev.shiftwise.bench.BenchReport.WorkloadResult;
import dev.shiftwise.bench.InterleavedTiming.Contender;
import dev.shiftwise.bench.InterleavedTiming.Result;
import dev.shiftwise.network.Network;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Checks and times networks on one backend. */
final class VariantTiming {
  private final Backend backend;
  private final BenchOptions options;
  private final Oracle oracle;

  VariantTiming(Backend backend, BenchOptions options, Oracle oracle) {
    this.backend = backend;
    this.options = options;
    this.oracle = oracle;
  }

  /** A network ready to run, with its memory. */
  private record Ready(Variant variant, Session session, FeatureMap input, FeatureMap output)
      implements AutoCloseable {
    void run() {
      session.run(input, output);
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /**
   * Compiles the variants, checks the values of each, and times them side by side.
   *
   * @throws WrongValueException if one computes a wrong value
   */
  WorkloadResult measure(Workload workload, List<Variant> variants) {
    List<Ready> ready = new ArrayList<>();
    try {
      for (Variant variant : variants) {
        Ready one = compile(variant);
        ready.add(one);
        check(workload, one);
      }
      Result result =
          options
              .timing()
              .measure(
                  ready.stream()
                      .map(one -> new Contender(one.variant().name(), one::run))
                      .toList());
      Samples base = result.samples().getFirst();
      List<VariantResult> results = new ArrayList<>();
      for (Ready one : ready) {
        results.add(describe(one, result.of(one.variant().name()), base));
      }
      return new WorkloadResult(workload, result.steady(), results);
    } finally {
      ready.forEach(Ready::close);
    }
  }

  private Ready compile(Variant variant) {
    CompileOptions compile = new CompileOptions(options.batch(), options.threads(), false);
    Session session = backend.compile(variant.network(), compile);
    String input = variant.network().inputs().getFirst().name();
    String output = variant.network().outputs().keySet().iterator().next();
    return new Ready(variant, session, session.allocate(input), session.allocate(output));
  }

  /** Runs the same image at every place of the batch: all results must be right. */
  private void check(Workload workload, Ready ready) {
    Network network = ready.variant().network();
    float[] image = image(network.inputs().getFirst().shape());
    FeatureMap one = FeatureMap.of(image, 1, network.inputs().getFirst().shape());
    long bytes = one.segment().byteSize();
    for (int i = 0; i < options.batch(); i++) {
      ready.input().segment().asSlice(i * bytes, bytes).copyFrom(one.segment());
    }
    ready.run();
    float[] outputs = ready.output().toArray();
    Oracle.Expectation expectation = oracle.expect(network, image);
    int size = outputs.length / options.batch();
    for (int i = 0; i < options.batch(); i++) {
      Optional<String> difference =
          expectation.difference(Arrays.copyOfRange(outputs, i * size, (i + 1) * size));
      if (difference.isPresent()) {
        throw new WrongValueException(
            "backend '"
                + backend.device().backend()
                + "' computes '"
                + ready.variant().name()
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
    MemoryPlan plan = one.session().plan();
    long multiplyAdds = one.variant().network().multiplyAdds();
    return new VariantResult(
        one.variant().name(),
        multiplyAdds,
        plan.copies().size(),
        plan.slabBytes(),
        samples.median(),
        samples.best(),
        samples.spread(),
        2.0 * multiplyAdds * options.batch() / samples.median(),
        samples.ratioTo(base));
  }
}
