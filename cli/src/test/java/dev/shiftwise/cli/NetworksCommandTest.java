package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiftwise.models.Models;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NetworksCommandTest {
  @Test
  void everyNetworkHasALineWithWhatItCosts() {
    List<String> lines = Cli.run("networks").requireSuccess().out().lines().toList();
    assertEquals(
        List.of("network", "input", "classes", "parameters", "multiply-adds"),
        List.of(lines.getFirst().split(" +")).subList(0, 5));
    assertEquals(
        Models.names(),
        lines.stream().skip(1).map(line -> line.substring(0, line.indexOf(' '))).toList());
    assertEquals(1, lines.stream().map(String::length).distinct().count(), "columns stand aligned");
    assertTrue(
        lines.stream()
            .anyMatch(
                line -> line.matches("resnet50 +3x224x224 +1000 +25,557,032 +4,089,184,256 .* 0")),
        lines.toString());
  }

  @Test
  void jsonHasTheSameFigures() throws IOException {
    JsonNode list =
        new ObjectMapper().readTree(Cli.run("networks", "--json").requireSuccess().out());
    assertEquals(Models.names().size(), list.size());
    JsonNode first = list.get(0);
    assertEquals("addressnet-fashion", first.get("name").asText());
    assertEquals("1x28x28", first.get("input").asText());
    assertEquals(58_282, first.get("parameters").asLong());
    assertTrue(first.get("plannedBytes").asLong() < first.get("naiveBytes").asLong());
    assertEquals(0, first.get("copies").asInt());
  }
}
