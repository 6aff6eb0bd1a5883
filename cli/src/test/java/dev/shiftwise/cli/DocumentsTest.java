package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.ReasonCode;
import dev.shiftwise.bench.BenchReport;
import dev.shiftwise.bench.ConformanceReport;
import dev.shiftwise.bench.PlanReport;
import dev.shiftwise.bench.page.MergedReports;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The documents keep up with the code. */
final class DocumentsTest {

  @ParameterizedTest
  @EnumSource
  void everyReasonHasAHeadingWithARemedy(ReasonCode code) throws IOException {
    List<String> lines = Files.readAllLines(Repository.file("docs/troubleshooting.md"));
    int heading = lines.indexOf("### " + code.word());
    assertTrue(heading >= 0, "no heading for " + code.word());
    assertTrue(
        lines.stream()
            .skip(heading + 1)
            .takeWhile(line -> !line.startsWith("#"))
            .anyMatch(line -> line.startsWith("Remedy: ")),
        "no remedy for " + code.word());
  }

  @Test
  void everyFieldOfABenchmarksResultIsExplained() throws IOException {
    String text = Files.readString(Repository.file("docs/benchmarks.md"));
    Stream.of(BenchReport.class, PlanReport.class, ConformanceReport.class, MergedReports.class)
        .flatMap(type -> Stream.concat(Stream.of(type), Stream.of(type.getDeclaredClasses())))
        .filter(Class::isRecord)
        .flatMap(type -> Stream.of(type.getRecordComponents()))
        .map(RecordComponent::getName)
        .forEach(
            name ->
                assertTrue(
                    text.contains("`" + name) || text.contains("." + name),
                    "docs/benchmarks.md lacks " + name));
    assertTrue(text.contains("| `version` | " + BenchReport.SCHEMA_VERSION + " |"));
  }
}
