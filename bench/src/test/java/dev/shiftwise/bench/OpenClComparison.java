package dev.shiftwise.bench;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.bench.InterleavedTiming.Contender;
import dev.shiftwise.view.Border;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the fused operator through OpenCL compares with the CPU backend on the same number of
 * threads, and with a kernel that has one work-item for each output: the chains of {@link
 * KernelComparison}, shifted under RING.
 *
 * <pre>./mvnw -q -pl bench -am -Popencl -DskipTests verify</pre>
 */
public final class OpenClComparison {
  private static final InterleavedTiming TIMING =
      new InterleavedTiming(31, Duration.ofMillis(5), Duration.ofSeconds(2), Duration.ZERO);

  private OpenClComparison() {}

  /**
   * Runs the comparison and prints a table.
   *
   * @param args threads, then numbers of shapes in the list, none for all
   */
  // A program for people, whose output is its result.
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    int threads = args.length == 0 ? 0 : Integer.parseInt(args[0]);
    List<KernelShape> shapes =
        args.length < 2
            ? KernelShape.ALL
            : Arrays.stream(args).skip(1).map(Integer::parseInt).map(KernelShape.ALL::get).toList();
    Backends backends = Backends.discover();
    try (Backend cpu = backends.open("cpu-vector");
        Backend opencl = backends.open("opencl")) {
      compare(cpu, opencl, threads, shapes, System.out);
    }
  }

  private static void compare(
      Backend cpu, Backend opencl, int threads, List<KernelShape> shapes, PrintStream out) {
    out.printf(
        "%s, %s threads, chains of %d%n",
        opencl.device(), threads == 0 ? "all" : String.valueOf(threads), KernelShape.LAYERS);
    out.printf(
        "%-32s %10s %8s %8s  %10s %12s%n",
        "GFLOP/s", "cpu-vector", "opencl", "naive", "opencl/cpu", "naive/opencl");
    List<double[]> rows = new ArrayList<>();
    for (KernelShape shape : shapes) {
      try (CompiledChain onCpu = CompiledChain.of(cpu, shape, Border.RING, threads);
          CompiledChain onOpenCl = CompiledChain.of(opencl, shape, Border.RING, threads);
          CompiledChain plain = CompiledChain.of(opencl, shape, null, threads);
          NaiveChain naive = new NaiveChain(shape, opencl.device().name())) {
        onOpenCl.requireNear(onCpu.result(), "cpu-vector");
        plain.requireNear(naive.result(), "the naive kernel");
        InterleavedTiming.Result result =
            TIMING.measure(
                List.of(
                    new Contender("cpu", onCpu::run),
                    new Contender("opencl", onOpenCl::run),
                    new Contender("naive", naive::run)));
        Samples base = result.of("opencl");
        double[] row = {
          shape.operations() / result.of("cpu").median(),
          shape.operations() / base.median(),
          shape.operations() / result.of("naive").median(),
          base.ratioTo(result.of("cpu")),
          result.of("naive").ratioTo(base)
        };
        rows.add(row);
        print(out, shape + (result.steady() ? "" : " *"), row);
      }
    }
    print(out, "geometric mean", KernelShape.geometricMeans(rows));
  }

  private static void print(PrintStream out, String name, double[] row) {
    out.printf(
        "%-32s %10.1f %8.1f %8.1f  %10.3f %12.1f%n", name, row[0], row[1], row[2], row[3], row[4]);
  }
}
