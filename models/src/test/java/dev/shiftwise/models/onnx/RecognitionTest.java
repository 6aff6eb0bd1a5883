package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What only moves addresses is recognised in every spelling: between two pointwise convolutions it
 * costs no node and no copy, and the values are ONNX Runtime's.
 */
final class RecognitionTest {
  private static final int CHANNELS = 8;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 6;
  private static final int PLANE = HEIGHT * WIDTH;
  private static final long END = Long.MAX_VALUE;

  /** A spelling of a move, from one name to another. */
  @FunctionalInterface
  private interface Spelling {
    String write(GraphBuilder graph, String x);
  }

  private static OnnxModel between(int groups, Spelling spelling) throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", -1, 4, HEIGHT, WIDTH);
    String wide = graph.add("Conv", x, graph.weights(CHANNELS, 4, 1, 1), graph.weights(CHANNELS));
    String moved = spelling.write(graph, wide);
    String y =
        graph
            .node("Conv", moved, graph.weights(4, CHANNELS / groups, 1, 1))
            .set("group", groups)
            .done();
    graph.output(y);
    return Oracle.requireSame(graph, 2);
  }

  private static void requireFree(String what, Spelling spelling) throws Exception {
    try (OnnxModel model = between(4, spelling)) {
      MemoryPlan plan =
          MemoryPlan.of(
              model.network(),
              Capabilities.ofEveryOperator(),
              new Layout(64, Layout.BatchOrder.IMAGE_BY_IMAGE, true),
              1);
      assertEquals(List.of(), plan.copies(), plan.toString());
      assertEquals(2, model.network().nodes().size(), model.network().toString());
      assertTrue(
          model.recognised().stream().anyMatch(line -> line.contains(what)),
          model.recognised().toString());
    }
  }

  private static String slice(GraphBuilder graph, String x, int axis, long from, long to) {
    return graph.add("Slice", x, graph.integers(from), graph.integers(to), graph.integers(axis));
  }

  private static String joined(GraphBuilder graph, int axis, String... parts) {
    return graph.node("Concat", parts).set("axis", axis).done();
  }

  // ---- channel shift ----

  @Test
  void rotationOfSlices() throws Exception {
    requireFree(
        "channel shift by 3",
        (graph, x) -> joined(graph, 1, slice(graph, x, 1, 3, END), slice(graph, x, 1, 0, 3)));
  }

  @Test
  void rotationOfASplit() throws Exception {
    requireFree(
        "channel shift by 5",
        (graph, x) -> {
          String[] parts = graph.node("Split", x, graph.integers(5, 3)).set("axis", 1).done(2);
          return joined(graph, 1, parts[1], parts[0]);
        });
  }

  @Test
  void rotationOfTheFlattenedMap() throws Exception {
    requireFree(
        "channel shift by 2",
        (graph, x) -> {
          String flat = graph.add("Flatten", x);
          String turned =
              joined(
                  graph,
                  1,
                  slice(graph, flat, 1, 2 * PLANE, END),
                  slice(graph, flat, 1, 0, 2 * PLANE));
          return graph.add("Reshape", turned, graph.integers(-1, CHANNELS, HEIGHT, WIDTH));
        });
  }

  @Test
  void rotationOfAGather() throws Exception {
    requireFree(
        "channel shift by 6",
        (graph, x) ->
            graph.node("Gather", x, graph.integers(6, 7, 0, 1, 2, 3, -4, 5)).set("axis", 1).done());
  }

  @Test
  void rotationLastChannelsFirst() throws Exception {
    requireFree(
        "channel shift by 1",
        (graph, x) -> {
          String last = graph.node("Transpose", x).list("perm", 0, 2, 3, 1).done();
          String turned =
              joined(graph, 3, slice(graph, last, 3, 1, END), slice(graph, last, 3, 0, 1));
          return graph.node("Transpose", turned).list("perm", 0, 3, 1, 2).done();
        });
  }

  // ---- address shift ZERO ----

  private static final int[][] BY = {{0, 1}, {1, 0}, {0, -1}, {-1, 0}};

  @Test
  void zeroShiftOfPadsAndSlices() throws Exception {
    requireFree(
        "address shift ZERO",
        (graph, x) -> {
          String[] parts = new String[4];
          for (int g = 0; g < 4; g++) {
            int dy = BY[g][0];
            int dx = BY[g][1];
            String part = slice(graph, x, 1, 2L * g, 2L * g + 2);
            String padded =
                graph.add(
                    "Pad",
                    part,
                    graph.integers(
                        0,
                        0,
                        Math.max(0, -dy),
                        Math.max(0, -dx),
                        0,
                        0,
                        Math.max(0, dy),
                        Math.max(0, dx)));
            String rows = slice(graph, padded, 2, Math.max(0, dy), Math.max(0, dy) + HEIGHT);
            parts[g] = slice(graph, rows, 3, Math.max(0, dx), Math.max(0, dx) + WIDTH);
          }
          return joined(graph, 1, parts);
        });
  }

  @Test
  void zeroShiftOfOneWidePad() throws Exception {
    requireFree(
        "address shift ZERO",
        (graph, x) -> {
          String padded = graph.add("Pad", x, graph.integers(0, 0, 1, 1, 0, 0, 1, 1));
          String[] parts = new String[4];
          for (int g = 0; g < 4; g++) {
            parts[g] =
                graph.add(
                    "Slice",
                    padded,
                    graph.integers(2L * g, 1 + BY[g][0], 1 + BY[g][1]),
                    graph.integers(2L * g + 2, 1 + BY[g][0] + HEIGHT, 1 + BY[g][1] + WIDTH),
                    graph.integers(1, 2, 3));
          }
          return joined(graph, 1, parts);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void zeroShiftOfAOneHotDepthwiseConvolution(int kernel) throws Exception {
    requireFree(
        "address shift ZERO",
        (graph, x) -> {
          float[] weights = new float[CHANNELS * kernel * kernel];
          for (int c = 0; c < CHANNELS; c++) {
            int row = kernel / 2 + BY[c / 2][0];
            int column = kernel / 2 + BY[c / 2][1];
            weights[(c * kernel + row) * kernel + column] = 1;
          }
          return graph
              .node("Conv", x, graph.floats(weights, CHANNELS, 1, kernel, kernel))
              .set("group", CHANNELS)
              .set("auto_pad", "SAME_UPPER")
              .done();
        });
  }

  // ---- address shift RING ----

  @Test
  void ringShiftOfTheFlattenedMapTwice() throws Exception {
    requireFree(
        "address shift RING",
        (graph, x) -> {
          String flat = graph.add("Reshape", x, graph.integers(0, -1));
          String twice = joined(graph, 1, flat, flat);
          String[] parts = new String[4];
          int each = CHANNELS * PLANE / 4;
          for (int g = 0; g < 4; g++) {
            int start = Math.floorMod(g * each + BY[g][0] * WIDTH + BY[g][1], CHANNELS * PLANE);
            parts[g] = slice(graph, twice, 1, start, start + each);
          }
          return graph.add(
              "Reshape", joined(graph, 1, parts), graph.integers(0, CHANNELS, HEIGHT, WIDTH));
        });
  }

  @Test
  void channelShiftThenZeroShift() throws Exception {
    requireFree(
        "channel shift by 1, address shift ZERO",
        (graph, x) -> {
          String turned = joined(graph, 1, slice(graph, x, 1, 1, END), slice(graph, x, 1, 0, 1));
          float[] weights = new float[CHANNELS * 9];
          for (int c = 0; c < CHANNELS; c++) {
            weights[c * 9 + (c < 4 ? 1 : 5)] = 1;
          }
          return graph
              .node("Conv", turned, graph.floats(weights, CHANNELS, 1, 3, 3))
              .set("group", CHANNELS)
              .list("pads", 1, 1, 1, 1)
              .done();
        });
  }

  // ---- channel shuffle, windows ----

  private static String shuffled(GraphBuilder graph, String x) {
    String split = graph.add("Reshape", x, graph.integers(0, 4, CHANNELS / 4, HEIGHT, WIDTH));
    String turned = graph.node("Transpose", split).list("perm", 0, 2, 1, 3, 4).done();
    return graph.add("Reshape", turned, graph.integers(0, -1, HEIGHT, WIDTH));
  }

  @Test
  void shuffleIsOneOperator() throws Exception {
    try (OnnxModel model = between(4, RecognitionTest::shuffled)) {
      assertEquals(new ChannelShuffle(4), model.network().nodes().get(1).operator());
    }
  }

  @Test
  void shuffleGoesIntoTheWeightsOfAConvolutionOfOneGroup() throws Exception {
    try (OnnxModel model = between(1, RecognitionTest::shuffled)) {
      assertEquals(2, model.network().nodes().size(), model.network().toString());
    }
  }

  @Test
  void thereAndBackIsNothing() throws Exception {
    try (OnnxModel model =
        between(
            4,
            (graph, x) -> {
              String there = graph.node("Transpose", x).list("perm", 0, 2, 3, 1).done();
              return graph.node("Transpose", there).list("perm", 0, 3, 1, 2).done();
            })) {
      assertEquals(2, model.network().nodes().size());
      assertTrue(model.network().nodes().get(1).inputs().getFirst().steps().isEmpty());
    }
  }

  @Test
  void windowsOfASplit() throws Exception {
    try (OnnxModel model =
        between(
            4,
            (graph, x) -> {
              String[] parts = graph.node("Split", x, graph.integers(4, 4)).set("axis", 1).done(2);
              return joined(graph, 1, graph.add("Relu", parts[1]), parts[0]);
            })) {
      assertTrue(model.network().nodes().stream().noneMatch(RecognitionTest::moves));
    }
  }

  private static boolean moves(Node node) {
    return node.operator() instanceof Rearrange;
  }

  // ---- hard-swish ----

  @ParameterizedTest
  @ValueSource(strings = {"clip", "divided first", "sigmoid"})
  void olderSpellingsOfHardSwish(String spelling) throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", -1, 3, 4, 4);
    String z = graph.add("Conv", x, graph.weights(6, 3, 1, 1));
    String y =
        switch (spelling) {
          case "clip" -> graph.add("Div", graph.add("Mul", z, gate(graph, z)), graph.number(6));
          case "divided first" ->
              graph.add("Mul", graph.add("Div", gate(graph, z), graph.number(6)), z);
          default -> graph.add("Mul", z, graph.node("HardSigmoid", z).set("alpha", 1f / 6).done());
        };
    graph.output(y);
    try (OnnxModel model = Oracle.requireSame(graph, 2)) {
      assertEquals(1, model.network().nodes().size(), model.network().toString());
    }
  }

  private static String gate(GraphBuilder graph, String z) {
    return graph.add(
        "Clip", graph.add("Add", z, graph.number(3)), graph.number(0), graph.number(6));
  }
}
