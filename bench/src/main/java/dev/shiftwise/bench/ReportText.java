package dev.shiftwise.bench;

import dev.shiftwise.bench.BenchReport.BackendResult;
import dev.shiftwise.bench.BenchReport.ComparisonResult;
import dev.shiftwise.bench.BenchReport.CopySpeed;
import dev.shiftwise.bench.BenchReport.Environment;
import dev.shiftwise.bench.BenchReport.NetworkResult;
import dev.shiftwise.bench.BenchReport.VariantResult;
import dev.shiftwise.bench.BenchReport.WorkloadResult;
import java.util.List;
import java.util.Locale;

/** Prints a report as tables for a terminal. */
final class ReportText {
  /** On a quiet machine the quartiles of a run lie closer together than this share. */
  private static final double NOISY = 0.25;

  private final StringBuilder text = new StringBuilder();

  private ReportText() {}

  static String of(BenchReport report) {
    ReportText printer = new ReportText();
    printer.printSurroundings(report);
    report.backends().forEach(backend -> printer.print(backend, report));
    report
        .unavailable()
        .forEach(
            absent ->
                printer.line(
                    "%n%s is unavailable: %s", absent.name(), absent.reasons().getFirst()));
    report.peers().stream()
        .filter(peer -> !peer.missing().isEmpty())
        .forEach(peer -> printer.line("%n%s was not timed: %s", peer.name(), peer.missing()));
    return printer.text.toString();
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format + "%n", values));
  }

  private void printSurroundings(BenchReport report) {
    Environment found = report.environment();
    line("%s, %s processors, Java %s", found.processor(), found.processors(), found.java());
    if (report.limits().fmaGflops() > 0) {
      line(
          "peak of one core: %.1f GFLOP/s float32 (%d-bit vectors)",
          report.limits().fmaGflops(), report.limits().vectorBits());
    }
    StringBuilder copies = new StringBuilder("copies on one core:");
    for (CopySpeed copy : report.limits().copies()) {
      copies.append(
          String.format(
              Locale.ROOT, "  %s %.1f GB/s", size(copy.bytes()), copy.gigabytesPerSecond()));
    }
    line("%s", copies);
  }

  private static String size(long bytes) {
    return bytes >= 1 << 20 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
  }

  private void print(BackendResult backend, BenchReport report) {
    line(
        "%n%s on %s: %sthreads %d, batch %d; values checked",
        backend.name(),
        backend.device(),
        backend.comparisons().isEmpty() ? "" : "chains of " + report.settings().layers() + ", ",
        report.settings().threads(),
        report.settings().batch());
    backend.comparisons().forEach(this::print);
    if (!backend.networks().isEmpty()) {
      printNetworks(backend);
    }
  }

  private void printNetworks(BackendResult backend) {
    line("%nWhole networks");
    line(
        "%-30s %9s %-14s %10s %8s %9s %7s",
        "  network", "MMAC", "runs in", "time (ms)", "spread", "GFLOP/s", "ratio");
    for (NetworkResult network : backend.networks()) {
      String name = network.name() + (network.steady() ? "" : " *");
      String cost = String.format(Locale.ROOT, "%.1f", network.multiplyAdds() / 1e6);
      for (VariantResult variant : network.variants()) {
        line(
            "  %-28s %9s %-14s %10.3f %7.1f%% %9.1f %7.2f",
            name,
            cost,
            variant.name(),
            variant.medianNanos() / 1e6,
            100 * variant.spread(),
            variant.gflops(),
            variant.ratio());
        name = "";
        cost = "";
      }
      if (network.variants().isEmpty()) {
        line("  %-28s %9s left out, see below", name, cost);
      }
    }
    backend
        .networkMeans()
        .forEach((name, mean) -> line("  %-38s %-14s %37.2f", "geometric mean", name, mean));
    printDoubts(
        backend.networks().stream().flatMap(one -> one.variants().stream()).toList(),
        backend.networks().stream().allMatch(NetworkResult::steady));
    for (NetworkResult network : backend.networks()) {
      network.leftOut().forEach(why -> line("  %s left out of %s", network.name(), why));
    }
  }

  private void printDoubts(List<VariantResult> variants, boolean steady) {
    if (variants.stream().anyMatch(one -> one.spread() > NOISY)) {
      line(
          "  spread above %.0f%%: something else kept the processor busy; repeat on a quiet"
              + " machine",
          100 * NOISY);
    }
    if (!steady) {
      line("  * still getting faster when the time for warming up was over");
    }
  }

  private void print(ComparisonResult comparison) {
    line("%n%s", comparison.title());
    line(
        "%-18s %-20s %12s %8s %9s %8s",
        "  size", "variant", "time (us)", "spread", "GFLOP/s", "ratio");
    for (WorkloadResult workload : comparison.workloads()) {
      String size = workload.workload() + (workload.steady() ? "" : " *");
      for (VariantResult variant : workload.variants()) {
        line(
            "  %-16s %-20s %12.1f %7.1f%% %9.1f %8.2f",
            size,
            variant.name(),
            variant.medianNanos() / 1000,
            100 * variant.spread(),
            variant.gflops(),
            variant.ratio());
        size = "";
      }
    }
    comparison
        .geometricMeans()
        .forEach((name, mean) -> line("  %-16s %-20s %40.2f", "geometric mean", name, mean));
    printDoubts(
        comparison.workloads().stream().flatMap(one -> one.variants().stream()).toList(),
        comparison.workloads().stream().allMatch(WorkloadResult::steady));
  }
}
