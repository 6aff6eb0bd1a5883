package dev.shiftwise.models.onnx;

import static dev.shiftwise.models.onnx.Body.test;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Rearrange;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Operators that only move or resize, in the forms that their versions had, against ONNX Runtime.
 */
final class MovesTest {
  @TestFactory
  Stream<DynamicTest> moves() {
    return Stream.of(
        test(
            "Slice's attributes",
            9,
            (g, x) ->
                g.node("Slice", x)
                    .list("starts", 1, -3)
                    .list("ends", 5, 100)
                    .list("axes", 1, 3)
                    .done()),
        test(
            "Slice backwards",
            13,
            (g, x) ->
                g.add(
                    "Slice",
                    x,
                    g.integers(-1, 3),
                    g.integers(Long.MIN_VALUE, 0),
                    g.integers(3, 2),
                    g.integers(-2, -1))),
        test(
            "Pad's attributes",
            10,
            (g, x) ->
                g.node("Pad", x).list("pads", 0, 0, 1, 2, 0, 0, -1, 0).set("value", 1.5f).done()),
        test(
            "Pad reflected",
            13,
            (g, x) ->
                g.node("Pad", x, g.integers(0, 0, 2, 1, 0, 0, 3, 4)).set("mode", "reflect").done()),
        test(
            "Pad at the edge, by axes",
            18,
            (g, x) ->
                g.node("Pad", x, g.integers(2, 1), "", g.integers(3)).set("mode", "edge").done()),
        test(
            "two Pads of other numbers",
            13,
            (g, x) ->
                g.add(
                    "Pad",
                    g.add("Pad", x, g.integers(0, 0, 1, 0, 0, 0, 0, 0), g.number(2)),
                    g.integers(0, 0, 0, 1, 0, 0, 0, 0),
                    g.number(3))),
        test(
            "Concat of rows",
            13,
            (g, x) -> g.node("Concat", x, g.add("Relu", x), x).set("axis", 2).done()),
        test(
            "Concat of columns",
            13,
            (g, x) -> g.node("Concat", g.add("Sigmoid", x), x).set("axis", -1).done()),
        test(
            "Split of equal parts",
            11,
            (g, x) -> {
              String[] parts = g.node("Split", x).set("axis", 1).done(3);
              return g.add("Add", parts[0], g.add("Mul", parts[1], parts[2]));
            }),
        test(
            "DepthToSpace",
            13,
            (g, x) ->
                g.node("DepthToSpace", g.node("Concat", x, x).set("axis", 1).done())
                    .set("blocksize", 2)
                    .set("mode", "CRD")
                    .done()),
        test(
            "SpaceToDepth",
            13,
            (g, x) ->
                g.node(
                        "SpaceToDepth",
                        g.add("Slice", x, g.integers(0), g.integers(4), g.integers(3)))
                    .set("blocksize", 2)
                    .done()),
        test("Tile", 13, (g, x) -> g.add("Tile", x, g.integers(1, 2, 1, 3))),
        test(
            "Expand",
            13,
            (g, x) ->
                g.add(
                    "Expand",
                    g.node("ReduceMean", x).list("axes", 2).done(),
                    g.integers(1, 6, 7, 1))),
        test(
            "Flatten in the middle",
            13,
            (g, x) ->
                g.node("Flatten", g.node("Unsqueeze", x, g.integers(1)).done())
                    .set("axis", 1)
                    .done()),
        test(
            "Squeeze's attributes",
            11,
            (g, x) -> g.node("Squeeze", g.add("GlobalAveragePool", x)).list("axes", 2, 3).done()));
  }

  @TestFactory
  Stream<DynamicTest> resizes() {
    return Stream.of(
        test(
            "Upsample",
            9,
            (g, x) -> g.add("Upsample", x, g.floats(new float[] {1, 1, 2, 1.7f}, 4))),
        test(
            "Resize 10",
            10,
            (g, x) ->
                g.node("Resize", x, g.floats(new float[] {1, 1, 2, 3}, 4))
                    .set("mode", "linear")
                    .done()),
        test(
            "Resize to a size",
            18,
            (g, x) ->
                g.node("Resize", x, "", "", g.integers(7, 3))
                    .set("mode", "linear")
                    .list("axes", 2, 3)
                    .done()),
        test(
            "Resize aligned at the corners",
            13,
            (g, x) ->
                g.node("Resize", x, "", g.floats(new float[] {1, 1, 2, 2}, 4))
                    .set("mode", "linear")
                    .set("coordinate_transformation_mode", "align_corners")
                    .done()),
        test(
            "Resize to the nearest",
            13,
            (g, x) ->
                g.node("Resize", x, "", g.floats(new float[] {1, 1, 0.5f, 1.4f}, 4))
                    .set("nearest_mode", "floor")
                    .set("coordinate_transformation_mode", "asymmetric")
                    .done()));
  }

  @TestFactory
  Stream<DynamicTest> computedShapes() {
    return Stream.of(
        test(
            "a size of the plane, computed",
            13,
            (g, x) -> {
              String rows = g.node("Gather", g.add("Shape", x), g.integers(2)).done();
              String twice =
                  g.node(
                          "Cast",
                          g.add(
                              "Floor",
                              g.add(
                                  "Mul", g.node("Cast", rows).set("to", 1).done(), g.number(2.2f))))
                      .set("to", 7)
                      .done();
              String first = g.add("Slice", g.add("Shape", x), g.integers(0), g.integers(2));
              String all = g.node("Concat", first, twice, g.integers(5)).set("axis", 0).done();
              return g.add("Resize", x, "", "", all);
            }),
        test(
            "Expand to the batch and to -1, as exporters write it",
            13,
            (g, x) -> {
              String batch = g.node("Gather", g.add("Shape", x), g.integers(0)).done();
              String to = g.node("Concat", batch, g.integers(-1, 4, 5)).set("axis", 0).done();
              String one = g.integers(1, 1, 1, 1);
              String open = g.add("Equal", to, g.add("Mul", one, g.integers(-1)));
              return g.add("Expand", g.add("GlobalAveragePool", x), g.add("Where", open, one, to));
            }));
  }

  @Test
  void channelsLastNeedsNoMove() throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", -1, 4, 5, 3);
    String y = x;
    for (int i = 0; i < 2; i++) {
      String first = graph.node("Transpose", y).list("perm", 0, 3, 1, 2).done();
      String made = graph.add("Conv", first, graph.weights(3, 3, 1, 1));
      String last = graph.node("Transpose", made).list("perm", 0, 2, 3, 1).done();
      String biased = graph.add("Add", last, graph.weights(3));
      y = graph.add("Relu", graph.add("Add", biased, y));
    }
    graph.output(y);
    try (OnnxModel model = Oracle.requireSame(graph, 2)) {
      long moves =
          model.network().nodes().stream().filter(n -> n.operator() instanceof Rearrange).count();
      assertTrue(moves <= 2, model.network().toString());
    }
  }
}
