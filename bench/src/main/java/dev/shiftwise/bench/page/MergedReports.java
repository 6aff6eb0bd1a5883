package dev.shiftwise.bench.page;

import dev.shiftwise.bench.BenchReport;
import dev.shiftwise.bench.ReportJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Results of several runs together: what a page shows and holds.
 *
 * @param schema always {@link #SCHEMA}
 * @param version {@link #SCHEMA_VERSION}
 * @param results the runs in the order in which they were named
 */
public record MergedReports(String schema, int version, List<Labelled> results) {

  /** The name of the schema. */
  public static final String SCHEMA = "shiftwise-comparison";

  /** The version of the schema. */
  public static final int SCHEMA_VERSION = 1;

  private static final String ENDING = ".json";

  /** Copies the list. */
  public MergedReports {
    results = List.copyOf(results);
    if (results.isEmpty()) {
      throw new IllegalArgumentException("results is empty, wanted at least 1");
    }
  }

  /**
   * One run.
   *
   * @param label tells it from the others
   * @param report what it found
   */
  public record Labelled(String label, BenchReport report) {}

  /** Returns one run alone, under the processor's name. */
  public static MergedReports of(BenchReport report) {
    return of(List.of(new Labelled(report.environment().processor(), report)));
  }

  private static MergedReports of(List<Labelled> results) {
    return new MergedReports(SCHEMA, SCHEMA_VERSION, results);
  }

  /**
   * Reads results; each is labelled by its file's name, or its path where names are alike.
   *
   * @throws IOException if a file cannot be read, is no result, or holds a run that another holds;
   *     the message is one line that names it
   */
  public static MergedReports read(List<Path> files) throws IOException {
    Map<String, Long> uses = new HashMap<>();
    files.forEach(file -> uses.merge(name(file), 1L, Long::sum));
    List<Labelled> results = new ArrayList<>();
    Map<BenchReport.Environment, Path> runs = new HashMap<>();
    for (Path file : files) {
      BenchReport report = ReportJson.read(file);
      // Its time is in it: no two runs of a machine have the same.
      Path other = runs.putIfAbsent(report.environment(), file);
      if (other != null) {
        throw new IOException(file + ": holds the same run as " + other);
      }
      boolean alike = uses.getOrDefault(name(file), 0L) > 1;
      results.add(new Labelled(alike ? file.toString() : name(file), report));
    }
    return of(results);
  }

  private static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }
}
