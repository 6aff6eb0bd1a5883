package dev.shiftwise.bench;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Session;
import dev.shiftwise.bench.InterleavedTiming.Contender;
import dev.shiftwise.view.Border;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How fast the fused operator is: chains of pointwise group convolutions with bias and ReLU,
 * without shifts and with both shifts under either border, on one thread, against the core's
 * measured peak of multiply-adds and against ONNX Runtime's convolution of the same weights without
 * shifts.
 *
 * <p>Everything is timed through {@link Session#run}, so the copies of input and output count.
 * Values are checked first: the chain without shifts against ONNX Runtime's, the shifted ones
 * against the same chain with the shifts written out, bit for bit. A star marks a shape whose times
 * were still falling when they were taken.
 *
 * <pre>./mvnw -q -pl bench -am -Pkernels -DskipTests verify</pre>
 */
public final class KernelComparison {
  private static final InterleavedTiming TIMING =
      new InterleavedTiming(41, Duration.ofMillis(4), Duration.ofSeconds(4), Duration.ZERO);

  private final Backend backend;
  private final PrintStream out;
  private final List<double[]> rows = new ArrayList<>();

  private KernelComparison(Backend backend, PrintStream out) {
    this.backend = backend;
    this.out = out;
  }

  /**
   * Runs the comparison and prints a table.
   *
   * @param args numbers of shapes in the list, none for all
   */
  // A program for people, whose output is its result.
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws Exception {
    try (Backend backend = Backends.discover().open("cpu-vector")) {
      KernelComparison comparison = new KernelComparison(backend, System.out);
      List<KernelShape> shapes =
          args.length == 0
              ? KernelShape.ALL
              : Arrays.stream(args).map(Integer::parseInt).map(KernelShape.ALL::get).toList();
      comparison.run(shapes);
    }
  }

  private void run(List<KernelShape> shapes) throws Exception {
    double peak = FmaPeak.measure(TIMING, List.of()).fmaGflops();
    out.println(backend.device() + " " + backend.device().properties());
    out.printf("peak %.1f GFLOP/s, one thread, chains of %d%n", peak, KernelShape.LAYERS);
    out.printf(
        "%-32s %8s %8s %8s %8s  %7s %7s %7s%n",
        "GFLOP/s", "plain", "RING", "ZERO", "ONNX RT", "R/plain", "Z/plain", "RING/ORT");
    for (KernelShape shape : shapes) {
      measure(shape);
    }
    double[] means = KernelShape.geometricMeans(rows);
    print("geometric mean", means);
    peak = Math.max(peak, FmaPeak.measure(TIMING, List.of()).fmaGflops());
    out.printf(
        "share of the peak of %.1f: plain %.1f %%, RING %.1f %%, ZERO %.1f %%%n",
        peak, 100 * means[0] / peak, 100 * means[1] / peak, 100 * means[2] / peak);
  }

  private void measure(KernelShape shape) throws Exception {
    try (OnnxSession onnx = OnnxSession.of(shape.chain(null, false), shape.batch(), 1);
        CompiledChain plain = chain(shape, null);
        CompiledChain ring = chain(shape, Border.RING);
        CompiledChain zero = chain(shape, Border.ZERO)) {
      onnx.setInput(shape.input());
      onnx.run();
      plain.requireNear(onnx.output(), "ONNX Runtime");
      requireSame(shape, Border.RING, ring.result());
      requireSame(shape, Border.ZERO, zero.result());
      InterleavedTiming.Result result =
          TIMING.measure(
              List.of(
                  new Contender("plain", plain::run),
                  new Contender("ring", ring::run),
                  new Contender("zero", zero::run),
                  new Contender("onnx", onnx::run)));
      Samples base = result.of("plain");
      double[] row = {
        shape.operations() / base.median(),
        shape.operations() / result.of("ring").median(),
        shape.operations() / result.of("zero").median(),
        shape.operations() / result.of("onnx").median(),
        result.of("ring").ratioTo(base),
        result.of("zero").ratioTo(base),
        result.of("ring").ratioTo(result.of("onnx"))
      };
      rows.add(row);
      print(shape + (result.steady() ? "" : " *"), row);
    }
  }

  private CompiledChain chain(KernelShape shape, @Nullable Border border) {
    return CompiledChain.of(backend, shape, border, 1);
  }

  private void print(String name, double[] row) {
    out.printf(
        "%-32s %8.1f %8.1f %8.1f %8.1f  %7.3f %7.3f %7.3f%n",
        name, row[0], row[1], row[2], row[3], row[4], row[5], row[6]);
  }

  private void requireSame(KernelShape shape, Border border, float[] actual) {
    try (CompiledChain copied = CompiledChain.copying(backend, shape, border, 1)) {
      if (!Arrays.equals(copied.result(), actual)) {
        throw new IllegalStateException(
            shape + " with " + border + " differs from the chain with the shifts written out");
      }
    }
  }
}
