package dev.shiftwise.models.onnx;

import static dev.shiftwise.models.onnx.Faults.refusal;
import static dev.shiftwise.models.onnx.Faults.requireContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Graphs of huge sizes and of many nodes end in one clear error or are read, soon and in little
 * memory.
 */
final class HostileSizesTest {
  @Test
  void hugeInputs() {
    GraphBuilder graph = new GraphBuilder();
    graph.output(graph.add("Relu", graph.input("x", -1, 1 << 20, 1 << 20, 1 << 20)));
    requireContains("more than 2^27 elements", refusal(graph));
  }

  @ParameterizedTest
  @CsvSource({
    "Expand, 1 1 4294967296 4294967296",
    "Expand, 1 1 100000 100000",
    "Tile, 1 1 9223372036854775807 2",
    "Pad, 0 0 0 0 0 0 2147483647 2147483647",
    "Reshape, 1 -3 9223372036854775807 1",
    "Slice, 9223372036854775807 -9223372036854775808"
  })
  void hugeResults(String operator, String numbers) {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 1, 1, 1);
    long[] values = Arrays.stream(numbers.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    String y =
        operator.equals("Slice")
            ? graph.add(
                operator,
                x,
                graph.integers(values[0]),
                graph.integers(values[1]),
                graph.integers(2))
            : graph.add(operator, x, graph.integers(values));
    graph.output(y);
    refusal(graph);
  }

  @Test
  void hugeConstants() {
    for (long[] sizes : new long[][] {{1L << 40}, {1 << 15, 1 << 15, 1 << 15}, {-5}}) {
      GraphBuilder graph = new GraphBuilder();
      String x = graph.input("x", 1, 4);
      graph.output(graph.add("Add", x, graph.add("ConstantOfShape", graph.integers(sizes))));
      refusal(graph);
    }
  }

  @Test
  void manyLargeConstants() {
    GraphBuilder graph = new GraphBuilder();
    String sum = graph.input("x", 1, 1);
    for (int i = 0; i < 200; i++) {
      String large = graph.add("ConstantOfShape", graph.integers(1 << 24));
      String one = graph.node("Gather", large, graph.integers(i)).done();
      sum = graph.add("Add", sum, one);
    }
    graph.output(sum);
    requireContains("more than 2^26 elements together", refusal(graph));
  }

  @Test
  void namesDoNotGrowWithAChain() throws IOException {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 1, 3000, 2000);
    for (int i = 0; i < 50; i++) {
      x = graph.node("Transpose", x).list("perm", 0, 1, 3, 2).done();
    }
    graph.output(x);
    try (OnnxModel model = graph.read()) {
      model
          .network()
          .nodes()
          .forEach(node -> assertTrue(node.output().name().length() < 20, node.output().name()));
    }
  }

  @Test
  void manyNodesOfOneName() throws IOException {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 1);
    for (int i = 0; i < 50_000; i++) {
      x = graph.add("Sigmoid", x);
    }
    graph.output(x);
    graph.graph().getNodeBuilderList().forEach(node -> node.setName("same"));
    try (OnnxModel model = assertTimeout(Duration.ofSeconds(20), () -> graph.read())) {
      assertEquals("same.50000", model.network().nodes().getLast().output().name());
    }
  }

  @Test
  void manyLargeMoves() throws IOException {
    // Each is followed or carried out, but not both for ever.
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 32, 128, 128);
    for (int i = 0; i < 600; i++) {
      x = graph.node("Transpose", x).list("perm", 0, 1, 3, 2).done();
    }
    graph.output(x);
    try (OnnxModel model = assertTimeout(Duration.ofSeconds(20), () -> graph.read())) {
      assertEquals(1, model.outputs().size());
    }
  }

  /**
   * Tables that stay, or would be made before anybody counts: refused after a few hundred MiB. The
   * garbage of a node or two comes on top.
   */
  @ParameterizedTest
  @ValueSource(strings = {"Slice", "Transpose", "Pad", "Reshape", "Resize", "cubic", "Expand"})
  void manyLargeTables(String operator) {
    GraphBuilder graph = new GraphBuilder();
    int size = 1 << 23;
    String x = graph.input("x", 1, 1, 1, size);
    for (int i = 0; i < 100; i++) {
      x =
          switch (operator) {
            case "Slice" ->
                graph.add(
                    "Slice",
                    x,
                    graph.integers(-1),
                    graph.integers(Long.MIN_VALUE),
                    graph.integers(3),
                    graph.integers(-1));
            case "Transpose" -> graph.node("Transpose", x).list("perm", 0, 3, 1, 2).done();
            case "Pad" -> graph.add("Pad", x, graph.integers(0, 0, 0, 1, 0, 0, 0, -1));
            case "Reshape" ->
                graph.add(
                    "Softmax",
                    graph.add("Reshape", x, graph.integers(1, i % 2 == 0 ? 2 : 1, 1, -1)));
            case "Resize", "cubic" ->
                graph
                    .node("Resize", x, "", "", graph.integers(1, 1, 1, size - i))
                    .set("mode", operator.equals("cubic") ? "cubic" : "linear")
                    .done();
            default ->
                graph.add(
                    "Expand",
                    graph.node("ReduceMax", x).list("axes", 3).done(),
                    graph.integers(1, 1, 1, size));
          };
    }
    graph.output(x);
    long before = allocated();
    String message = refusal(graph);
    assertTrue(message.contains("more than 2^26"), message);
    assertTrue(allocated() - before < 3L << 30, ((allocated() - before) >> 20) + " MiB");
  }

  /** Bytes that this thread has ever asked for: no more than that can have been alive. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
