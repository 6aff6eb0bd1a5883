package dev.shiftwise.models.onnx;

import static dev.shiftwise.models.onnx.Body.test;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Normalisations and reductions, in the forms that their versions had, against ONNX Runtime. */
final class NormalizationsTest {
  @TestFactory
  Stream<DynamicTest> normalisations() {
    return Stream.of(
        test("LogSoftmax", 13, (g, x) -> g.node("LogSoftmax", x).set("axis", 1).done()),
        test(
            "LogSoftmax over the rest",
            11,
            (g, x) -> g.node("LogSoftmax", x).set("axis", 2).done()),
        test("LayerNormalization", 17, (g, x) -> normalised(g, x, 5)),
        test(
            "LayerNormalization of the channels",
            17,
            (g, x) -> {
              String relu = g.node("Conv", x, g.weights(7, 6, 1, 1)).done();
              String last = g.node("Transpose", relu).list("perm", 0, 2, 3, 1).done();
              return g.node("Transpose", normalised(g, last, 7)).list("perm", 0, 3, 1, 2).done();
            }),
        test(
            "LayerNormalization of all",
            17,
            (g, x) ->
                g.node("LayerNormalization", x, g.weights(6, 4, 5))
                    .set("axis", 1)
                    .set("epsilon", 0.1f)
                    .done()),
        test(
            "InstanceNormalization",
            13,
            (g, x) -> g.add("InstanceNormalization", x, g.weights(6), g.weights(6))),
        test(
            "GroupNormalization",
            18,
            (g, x) ->
                g.node("GroupNormalization", x, g.weights(3), g.weights(3))
                    .set("num_groups", 3)
                    .done()),
        test("Softmax over the channels", 13, (g, x) -> g.node("Softmax", x).set("axis", 1).done()),
        test("Softmax over rows", 13, (g, x) -> g.node("Softmax", x).set("axis", 2).done()),
        test("Softmax over columns", 13, (g, x) -> g.add("Softmax", x)),
        test("Softmax over the rest", 11, (g, x) -> g.node("Softmax", x).set("axis", 2).done()));
  }

  private static String normalised(GraphBuilder g, String x, int size) {
    return g.add("LayerNormalization", x, g.weights(size), g.weights(size));
  }

  @TestFactory
  Stream<DynamicTest> reductions() {
    return Stream.of(
        test("ReduceL2", 13, (g, x) -> g.node("ReduceL2", x).list("axes", 1).done()),
        test("ReduceL1", 13, (g, x) -> g.node("ReduceL1", x).list("axes", 2, 3).done()),
        test("ReduceSumSquare", 13, (g, x) -> g.node("ReduceSumSquare", x).list("axes", 3).done()),
        test(
            "ReduceMean's input",
            18,
            (g, x) -> g.node("ReduceMean", x, g.integers(-1, 1)).set("keepdims", 0).done()),
        test("ReduceMin", 13, (g, x) -> g.node("ReduceMin", x).list("axes", 1, 3).done()),
        test("ReduceMax", 13, (g, x) -> g.node("ReduceMax", x).list("axes", 1).done()),
        test("ReduceSum", 13, (g, x) -> g.add("ReduceSum", x, g.integers(2, 3))));
  }

  @Test
  void aStatedBatchThatIsMixedBecomesPartOfTheImage() throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 2, 3, 4, 5);
    graph.output(graph.node("ReduceMean", graph.add("Relu", x)).list("axes", 0).done());
    try (OnnxModel model = Oracle.requireSame(graph, 2)) {
      assertEquals("x 2x3x4x5", model.inputs().getFirst().toString());
    }
  }
}
