package dev.shiftwise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.models.onnx.OnnxExport;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole benchmark, small enough for a test. */
final class BenchTest {
  private static final BenchOptions SMALL =
      new BenchOptions(
          List.of(new Workload(16, 5, 7, 2), new Workload(24, 4, 4, 3)),
          List.of(),
          new InterleavedTiming(3, Duration.ofNanos(100_000), Duration.ofMillis(1), Duration.ZERO),
          1,
          2);

  private static final Network ONE = network(3);

  /** A pointwise convolution of two channels. */
  private static Network network(float weight) {
    NetworkBuilder builder = Network.builder("one");
    Filter filter = Filter.pointwise(new float[] {1, 2, weight, 4}, new float[] {1, -1});
    builder.output(
        "y",
        builder.add("pw", PointwiseConvolution.of(filter), builder.input("x", Shape.of(2, 3, 3))));
    return builder.build();
  }

  @Test
  void timesEveryVariantOnEveryBackend() throws JsonProcessingException {
    List<String> steps = new ArrayList<>();
    Backends backends = Backends.discover();
    BenchReport report =
        new Bench(SMALL, Kit.ORACLE, step -> steps.add(text(step)))
            .run(backends, "cpu-vector"::equals);

    assertEquals(11, steps.size());
    assertEquals("0/11 limits of the processor", steps.getFirst());
    assertEquals("10/11 cpu-vector peers 24x4x4 g3", steps.getLast());

    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertEquals("shiftwise-bench", json.at("/schema").asText());
    assertEquals(2, json.at("/version").asInt());
    assertEquals(2, json.at("/settings/batch").asInt());
    assertTrue(json.at("/environment/java").asText().startsWith("25"));
    assertTrue(json.at("/limits/fmaGflops").asDouble() > 0);
    assertEquals(4, json.at("/limits/copies").size());
    assertEquals("cpu-vector", json.at("/backends/0/name").asText());
    JsonNode comparisons = json.at("/backends/0/comparisons");
    assertEquals(PaperComparison.values().length + 1, comparisons.size());
    for (JsonNode comparison : comparisons) {
      assertEquals(2, comparison.get("workloads").size());
      for (JsonNode workload : comparison.get("workloads")) {
        assertEquals(1, workload.at("/variants/0/ratio").asDouble());
        for (JsonNode variant : workload.get("variants")) {
          assertTrue(variant.get("medianNanos").asDouble() > 0, variant::toString);
          assertTrue(variant.get("ratio").asDouble() > 0, variant::toString);
          assertTrue(comparison.get("geometricMeans").has(variant.get("name").asText()));
        }
      }
    }

    String text = report.toText();
    for (PaperComparison comparison : PaperComparison.values()) {
      assertTrue(text.contains("\n" + comparison.title() + "\n"), text);
    }
    assertTrue(text.lines().allMatch(line -> line.length() <= 100), text);
  }

  private static String text(BenchListener.Step step) {
    return step.number() + "/" + step.steps() + " " + step.what();
  }

  /** Their last step is the last part of the plan, and no part of it is left over. */
  @Test
  void thePlanIsAsLongAsItsSteps() {
    List<BenchListener.Step> steps = new ArrayList<>();
    BenchOptions options = SMALL.withNetworks(List.of(new BenchNetwork("one", () -> ONE, null)));
    new Bench(options, Kit.ORACLE, steps::add, List.of(new OnnxRuntime()))
        .run(Backends.discover(), "cpu-vector"::equals);
    assertEquals(12, steps.size());
    assertEquals(Duration.ZERO, steps.getFirst().passed());
    BenchListener.Step last = steps.getLast();
    assertEquals("11/12 cpu-vector one", text(last));
    assertEquals(last.planned(), last.passed().plus(SMALL.timing().planned(2)));
  }

  @Test
  void aPeerThatIsMissingIsNamedAndTheRestGoesOn() throws JsonProcessingException {
    Peer absent = new OtherPeer(Optional.of("get it first"));
    BenchReport report =
        new Bench(SMALL, Kit.ORACLE, BenchListener.NONE, List.of(absent))
            .run(Backends.discover(), "cpu-vector"::equals);
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertEquals(
        "[{\"name\":\"other\",\"version\":\"\",\"missing\":\"get it first\"}]",
        json.get("peers") + "");
    assertEquals(PaperComparison.values().length, json.at("/backends/0/comparisons").size());
    assertTrue(report.toText().endsWith("\nother was not timed: get it first\n"));
  }

  @Test
  void librariesOfTheDeviceRunTheSameNetworks() throws JsonProcessingException {
    List<String> steps = new ArrayList<>();
    BenchReport report =
        new Bench(SMALL, Kit.ORACLE, step -> steps.add(text(step)), List.of())
            .run(Backends.of(List.of(new WithLibraries())), _ -> true);
    assertEquals("10/11 cpu-vector libraries 24x4x4 g3", steps.getLast());
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertEquals(
        "[{\"name\":\"here on cpu-vector\",\"version\":\"unknown\",\"missing\":\"\"},"
            + "{\"name\":\"absent on cpu-vector\",\"version\":\"\",\"missing\":\"get it first\"}]",
        json.get("peers") + "");
    JsonNode comparison = json.at("/backends/0/comparisons/" + PaperComparison.values().length);
    assertEquals("libraries", comparison.get("id").asText());
    List<String> names = new ArrayList<>();
    comparison
        .at("/workloads/0/variants")
        .forEach(
            variant -> {
              names.add(variant.get("name").asText());
              assertEquals(
                  comparison.at("/workloads/0/variants/0/multiplyAdds"),
                  variant.get("multiplyAdds"));
            });
    assertEquals(
        List.of(
            "both shifts",
            "both shifts copied",
            "channel shuffle",
            "no shift",
            "here, both shifts",
            "here, channel shuffle",
            "here, no shift"),
        names);
  }

  @Test
  void thePeersValuesAreCheckedToo() {
    Peer wrong = new OtherPeer(Optional.empty());
    Bench bench = new Bench(SMALL, Kit.ORACLE, BenchListener.NONE, List.of(wrong));
    WrongValueException e =
        assertThrows(
            WrongValueException.class, () -> bench.run(Backends.discover(), "cpu-vector"::equals));
    assertTrue(
        String.valueOf(e.getMessage()).startsWith("other computes 'other' at 16x5x7 g2 wrongly"),
        e.getMessage());
  }

  @Test
  void timesWholeNetworksBesideThePeers() throws JsonProcessingException {
    BenchReport report =
        networks(List.of(new OnnxRuntime()), new BenchNetwork("one", () -> ONE, null));
    JsonNode backend = new ObjectMapper().readTree(report.toJson()).at("/backends/0");
    assertEquals(0, backend.get("comparisons").size());
    JsonNode network = backend.at("/networks/0");
    assertEquals("one", network.get("name").asText());
    assertEquals("2x3x3", network.get("input").asText());
    assertEquals(6, network.get("parameters").asInt());
    assertEquals(36, network.get("multiplyAdds").asInt());
    assertEquals(0, network.get("leftOut").size());
    assertEquals("cpu-vector", network.at("/variants/0/name").asText());
    assertEquals(1, network.at("/variants/0/ratio").asDouble());
    assertEquals("ONNX Runtime", network.at("/variants/1/name").asText());
    assertEquals(
        network.at("/variants/1/ratio").asDouble(),
        backend.at("/networkMeans/ONNX Runtime").asDouble(),
        1e-9);
    String text = report.toText();
    assertTrue(text.contains("\nWhole networks\n"), text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 100), text);
  }

  @Test
  void whoCannotRunANetworkIsLeftOutOfIt() throws JsonProcessingException {
    Peer reluctant =
        new OtherPeer(Optional.empty()) {
          @Override
          public Compiled compile(Variant variant, int batch, int threads) {
            throw new PeerException("not today", null);
          }
        };
    BenchReport report = networks(List.of(reluctant), new BenchNetwork("one", () -> ONE, null));
    JsonNode backend = new ObjectMapper().readTree(report.toJson()).at("/backends/0");
    assertEquals("[\"other: not today\"]", backend.at("/networks/0/leftOut").toString());
    assertEquals(1, backend.at("/networks/0/variants").size());
    assertEquals("{\"cpu-vector\":1.0}", backend.get("networkMeans").toString());
    assertTrue(report.toText().contains("  one left out of other: not today"), report.toText());
  }

  @Test
  void thePeerRunsTheFileThatANetworkWasReadFrom(@TempDir Path folder) throws IOException {
    Path same = folder.resolve("same.onnx");
    Files.write(same, OnnxExport.toBytes(ONE, OnnxExport.Shifts.SLICED));
    List<Peer> peers = List.of(new OnnxRuntime());
    BenchReport report = networks(peers, new BenchNetwork("one", () -> ONE, same));
    assertEquals(2, report.backends().getFirst().networks().getFirst().variants().size());
    Path other = folder.resolve("other.onnx");
    Files.write(other, OnnxExport.toBytes(network(4), OnnxExport.Shifts.SLICED));
    WrongValueException wrong =
        assertThrows(
            WrongValueException.class,
            () -> networks(peers, new BenchNetwork("one", () -> ONE, other)));
    assertTrue(String.valueOf(wrong.getMessage()).contains("'ONNX Runtime' at one wrongly"));
    Path fixed = folder.resolve("fixed.onnx");
    OnnxMl.ModelProto.Builder model =
        OnnxMl.ModelProto.parseFrom(Files.readAllBytes(same)).toBuilder();
    model
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .setDim(0, OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(3));
    Files.write(fixed, model.build().toByteArray());
    report = networks(peers, new BenchNetwork("one", () -> ONE, fixed));
    assertEquals(
        List.of("ONNX Runtime: 'x' is [3, 2, 3, 3] there, wanted a batch of 2"),
        report.backends().getFirst().networks().getFirst().leftOut());
  }

  private static BenchReport networks(List<Peer> peers, BenchNetwork network) {
    return new Bench(SMALL.ofNetworks(List.of(network)), Kit.ORACLE, BenchListener.NONE, peers)
        .run(Backends.discover(), "cpu-vector"::equals);
  }

  @Test
  void aWrongValueStopsBeforeAnythingIsTimed() {
    Oracle never = (network, input) -> output -> Optional.of("element 3 is 1.0, wanted 2.0");
    Bench bench = new Bench(SMALL, never, BenchListener.NONE);
    WrongValueException e =
        assertThrows(
            WrongValueException.class, () -> bench.run(Backends.discover(), "cpu-vector"::equals));
    assertEquals(
        "backend 'cpu-vector' computes 'channel shift' at 16x5x7 g2 wrongly, nothing was timed:"
            + " element 3 is 1.0, wanted 2.0",
        e.getMessage());
  }

  @Test
  void theBuildWroteDownItsCommit() {
    Properties build = Surroundings.build();
    assertTrue(build.getProperty("commit").matches("[0-9a-f]{40}"), build::toString);
    assertTrue(build.getProperty("modified").matches("true|false"), build::toString);
  }

  @Test
  void whereTheModulesLieIsNotTold() {
    assertEquals(
        List.of("-Xmx1g", "--add-modules=jdk.incubator.vector"),
        Surroundings.flags(
            List.of(
                "-Xmx1g",
                "--module-path=modules",
                "--add-modules=jdk.incubator.vector",
                "--module-path=more-modules",
                "--upgrade-module-path=modules")));
  }

  @Test
  void refusesOptionsThatMeanNothing() {
    assertThrows(IllegalArgumentException.class, () -> BenchOptions.QUICK.withThreads(0));
    assertThrows(IllegalArgumentException.class, () -> BenchOptions.QUICK.withBatch(0));
  }
}
