package dev.shiftwise.bench.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.bench.Bench;
import dev.shiftwise.bench.BenchListener;
import dev.shiftwise.bench.BenchNetwork;
import dev.shiftwise.bench.BenchOptions;
import dev.shiftwise.bench.BenchReport;
import dev.shiftwise.bench.ConformanceReport;
import dev.shiftwise.bench.ConformanceReport.Column;
import dev.shiftwise.bench.ConformanceReport.RuleResult;
import dev.shiftwise.bench.ConformanceReport.Verdict;
import dev.shiftwise.bench.InterleavedTiming;
import dev.shiftwise.bench.Workload;
import dev.shiftwise.models.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Results to make pages of, measured in a moment. */
final class Results {
  /** What would run if it became markup, end a script, or be taken for a place of the template. */
  static final String HOSTILE =
      "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>'\"&{a|b}@data@"
          + "<!--<script>";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Fields whose keys are names, too. */
  private static final Set<String> NAMED = Set.of("geometricMeans", "networkMeans", "properties");

  private Results() {}

  /** Measures primitives and a network, and makes up a matrix with every verdict. */
  static BenchReport measured() {
    BenchOptions options =
        new BenchOptions(
            List.of(new Workload(16, 5, 7, 2), new Workload(24, 4, 4, 3)),
            List.of(
                new BenchNetwork(
                    "addressnet-fashion",
                    () -> Models.random("addressnet-fashion", 1).network(),
                    null)),
            new InterleavedTiming(
                3, Duration.ofNanos(100_000), Duration.ofMillis(1), Duration.ZERO),
            1,
            1);
    return new Bench(options, (_, _) -> _ -> Optional.empty(), BenchListener.NONE)
        .run(Backends.discover(), "cpu-vector"::equals)
        .withConformance(matrix());
  }

  private static ConformanceReport matrix() {
    List<RuleResult> rules =
        Stream.of(Verdict.values())
            .map(verdict -> new RuleResult("ANY-" + verdict, "a rule", verdict, 7, "why"))
            .toList();
    return new ConformanceReport(
        true,
        List.of("a problem"),
        List.of(
            new Column("cpu-vector", "a processor", "", 28, rules),
            new Column("cuda", "", "no driver", 0, rules)));
  }

  /** Writes a report, with every text in it and every name turned into an attack. */
  static Path hostile(BenchReport report, Path folder) throws IOException {
    Path file = folder.resolve(HOSTILE.replace("/", "") + ".json");
    Files.writeString(file, MAPPER.writeValueAsString(hostile(MAPPER.valueToTree(report), "")));
    return file;
  }

  private static JsonNode hostile(JsonNode node, String field) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode changed = MAPPER.createObjectNode();
        object
            .properties()
            .forEach(
                one ->
                    changed.set(
                        one.getKey() + (NAMED.contains(field) ? HOSTILE : ""),
                        hostile(one.getValue(), one.getKey())));
        yield changed;
      }
      case ArrayNode array -> {
        ArrayNode changed = MAPPER.createArrayNode();
        array.forEach(one -> changed.add(hostile(one, field)));
        yield changed;
      }
      case TextNode text when !Set.of("schema", "verdict").contains(field) ->
          TextNode.valueOf(text.asText() + HOSTILE);
      default -> node;
    };
  }
}
