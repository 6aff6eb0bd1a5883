package dev.shiftwise.cli;

import dev.shiftwise.bench.page.MergedReports;
import dev.shiftwise.bench.page.ResultPage;
import dev.shiftwise.models.io.OutputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shiftwise compare}. */
@Command(
    name = "compare",
    description = {
      "Shows results of several machines, or of several runs, on one page.",
      "Each result is a file that 'shiftwise bench --json' wrote; its name is its label on the"
          + " page. The page opens anywhere without a network."
    },
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = "  shiftwise compare laptop.json server.json --html comparison.html")
final class CompareCommand extends ShiftwiseCommand {
  @Parameters(
      paramLabel = "RESULT.json",
      arity = "1..*",
      description = "a result of 'shiftwise bench --json'")
  private List<Path> results = List.of();

  @Option(
      names = "--html",
      paramLabel = "FILE",
      required = true,
      description = "where the page is written")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path html;

  @Override
  public Integer call() throws IOException {
    Set<Path> named = new HashSet<>();
    for (Path result : results) {
      if (!named.add(place(result))) {
        throw misuse(result + " is named twice, wanted each result once");
      }
    }
    if (named.contains(place(html))) {
      throw misuse("--html is " + html + ", which is one of the results");
    }
    requireFolder(html);
    MergedReports reports = MergedReports.read(results);
    OutputFiles.writeText(html, ResultPage.of(reports));
    return 0;
  }

  /** Where a file lies, whatever way it is named. */
  private static Path place(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath().normalize();
  }
}
