package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Rearrange;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Operators in the forms that their versions had, against ONNX Runtime. */
final class OperatorsTest {
  /** Adds nodes to a graph whose input {@code x} is N x 6 x 4 x 5. */
  @FunctionalInterface
  private interface Body {
    String write(GraphBuilder graph, String x);
  }

  private static DynamicTest of(String name, int opset, Body body) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          GraphBuilder graph = new GraphBuilder().opset(opset);
          graph.output(body.write(graph, graph.input("x", -1, 6, 4, 5)));
          Oracle.requireSame(graph, 2).close();
        });
  }

  @TestFactory
  Stream<DynamicTest> moves() {
    return Stream.of(
        of(
            "Slice's attributes",
            9,
            (g, x) ->
                g.node("Slice", x)
                    .list("starts", 1, -3)
                    .list("ends", 5, 100)
                    .list("axes", 1, 3)
                    .done()),
        of(
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
        of(
            "Pad's attributes",
            10,
            (g, x) ->
                g.node("Pad", x).list("pads", 0, 0, 1, 2, 0, 0, -1, 0).set("value", 1.5f).done()),
        of(
            "Pad reflected",
            13,
            (g, x) ->
                g.node("Pad", x, g.integers(0, 0, 2, 1, 0, 0, 3, 4)).set("mode", "reflect").done()),
        of(
            "Pad at the edge, by axes",
            18,
            (g, x) ->
                g.node("Pad", x, g.integers(2, 1), "", g.integers(3)).set("mode", "edge").done()),
        of(
            "two Pads of other numbers",
            13,
            (g, x) ->
                g.add(
                    "Pad",
                    g.add("Pad", x, g.integers(0, 0, 1, 0, 0, 0, 0, 0), g.number(2)),
                    g.integers(0, 0, 0, 1, 0, 0, 0, 0),
                    g.number(3))),
        of(
            "Concat of rows",
            13,
            (g, x) -> g.node("Concat", x, g.add("Relu", x), x).set("axis", 2).done()),
        of(
            "Concat of columns",
            13,
            (g, x) -> g.node("Concat", g.add("Sigmoid", x), x).set("axis", -1).done()),
        of(
            "Split of equal parts",
            11,
            (g, x) -> {
              String[] parts = g.node("Split", x).set("axis", 1).done(3);
              return g.add("Add", parts[0], g.add("Mul", parts[1], parts[2]));
            }),
        of(
            "DepthToSpace",
            13,
            (g, x) ->
                g.node("DepthToSpace", g.node("Concat", x, x).set("axis", 1).done())
                    .set("blocksize", 2)
                    .set("mode", "CRD")
                    .done()),
        of(
            "SpaceToDepth",
            13,
            (g, x) ->
                g.node(
                        "SpaceToDepth",
                        g.add("Slice", x, g.integers(0), g.integers(4), g.integers(3)))
                    .set("blocksize", 2)
                    .done()),
        of("Tile", 13, (g, x) -> g.add("Tile", x, g.integers(1, 2, 1, 3))),
        of(
            "Expand",
            13,
            (g, x) ->
                g.add(
                    "Expand",
                    g.node("ReduceMean", x).list("axes", 2).done(),
                    g.integers(1, 6, 7, 1))),
        of(
            "Flatten in the middle",
            13,
            (g, x) ->
                g.node("Flatten", g.node("Unsqueeze", x, g.integers(1)).done())
                    .set("axis", 1)
                    .done()),
        of(
            "Squeeze's attributes",
            11,
            (g, x) -> g.node("Squeeze", g.add("GlobalAveragePool", x)).list("axes", 2, 3).done()),
        of("Upsample", 9, (g, x) -> g.add("Upsample", x, g.floats(new float[] {1, 1, 2, 1.7f}, 4))),
        of(
            "Resize 10",
            10,
            (g, x) ->
                g.node("Resize", x, g.floats(new float[] {1, 1, 2, 3}, 4))
                    .set("mode", "linear")
                    .done()),
        of(
            "Resize to a size",
            18,
            (g, x) ->
                g.node("Resize", x, "", "", g.integers(7, 3))
                    .set("mode", "linear")
                    .list("axes", 2, 3)
                    .done()),
        of(
            "Resize aligned at the corners",
            13,
            (g, x) ->
                g.node("Resize", x, "", g.floats(new float[] {1, 1, 2, 2}, 4))
                    .set("mode", "linear")
                    .set("coordinate_transformation_mode", "align_corners")
                    .done()),
        of(
            "Resize to the nearest",
            13,
            (g, x) ->
                g.node("Resize", x, "", g.floats(new float[] {1, 1, 0.5f, 1.4f}, 4))
                    .set("nearest_mode", "floor")
                    .set("coordinate_transformation_mode", "asymmetric")
                    .done()));
  }

  @TestFactory
  Stream<DynamicTest> functions() {
    return Stream.of(
        of("Clip's attributes", 10, (g, x) -> g.node("Clip", x).set("max", 1f).done()),
        of("Clip without bounds", 13, (g, x) -> g.add("Clip", x)),
        of(
            "Max and Min",
            13,
            (g, x) -> g.add("Min", g.add("Max", x, g.number(-1)), g.number(0.5f))),
        of("PRelu of channels", 13, (g, x) -> g.add("PRelu", x, g.weights(6, 1, 1))),
        of("PRelu of columns", 13, (g, x) -> g.add("PRelu", x, g.weights(5))),
        of("LeakyRelu", 13, (g, x) -> g.add("LeakyRelu", x)),
        of("HardSigmoid", 13, (g, x) -> g.add("HardSigmoid", x)),
        of("HardSwish", 14, (g, x) -> g.add("HardSwish", x)),
        of(
            "Reciprocal",
            13,
            (g, x) -> g.add("Reciprocal", g.add("Add", g.add("Sigmoid", x), g.number(1)))),
        of("Abs", 13, (g, x) -> g.add("Abs", x)),
        of("Pow of 2", 13, (g, x) -> g.add("Pow", x, g.number(2))),
        of("Pow of an integer", 13, (g, x) -> g.add("Pow", x, g.integers(7))),
        of("Pow of -3", 13, (g, x) -> g.add("Pow", g.add("Clip", x, g.number(1)), g.number(-3))),
        of("Exp", 13, (g, x) -> g.add("Exp", x)),
        of("Tanh", 13, (g, x) -> g.add("Tanh", x)),
        of("Elu", 13, (g, x) -> g.node("Elu", x).set("alpha", 0.7f).done()),
        of("Selu", 13, (g, x) -> g.add("Selu", x)),
        of("Celu", 13, (g, x) -> g.node("Celu", x).set("alpha", 1.5f).done()),
        of("Mish", 18, (g, x) -> g.add("Mish", x)),
        of("Sqrt", 13, (g, x) -> g.add("Sqrt", g.add("Abs", x))),
        of("Log", 13, (g, x) -> g.add("Log", g.add("Exp", x))),
        of("Erf", 13, (g, x) -> g.add("Erf", x)),
        of("Gelu", 20, (g, x) -> g.add("Gelu", x)),
        of("Gelu by tanh", 20, (g, x) -> g.node("Gelu", x).set("approximate", "tanh").done()),
        of("Softplus", 13, (g, x) -> g.add("Softplus", x)),
        of("Pow of a half", 13, (g, x) -> g.add("Pow", g.add("Abs", x), g.number(-0.5f))),
        of(
            "Pow of a third",
            13,
            (g, x) -> g.add("Pow", g.add("Clip", x, g.number(1e-6f)), g.number(1 / 3f))),
        of("LogSoftmax", 13, (g, x) -> g.node("LogSoftmax", x).set("axis", 1).done()),
        of("LogSoftmax over the rest", 11, (g, x) -> g.node("LogSoftmax", x).set("axis", 2).done()),
        of("LayerNormalization", 17, (g, x) -> normalised(g, x, 5)),
        of(
            "LayerNormalization of the channels",
            17,
            (g, x) -> {
              String relu = g.node("Conv", x, g.weights(7, 6, 1, 1)).done();
              String last = g.node("Transpose", relu).list("perm", 0, 2, 3, 1).done();
              return g.node("Transpose", normalised(g, last, 7)).list("perm", 0, 3, 1, 2).done();
            }),
        of(
            "LayerNormalization of all",
            17,
            (g, x) ->
                g.node("LayerNormalization", x, g.weights(6, 4, 5))
                    .set("axis", 1)
                    .set("epsilon", 0.1f)
                    .done()),
        of(
            "InstanceNormalization",
            13,
            (g, x) -> g.add("InstanceNormalization", x, g.weights(6), g.weights(6))),
        of(
            "GroupNormalization",
            18,
            (g, x) ->
                g.node("GroupNormalization", x, g.weights(3), g.weights(3))
                    .set("num_groups", 3)
                    .done()),
        of("ReduceL2", 13, (g, x) -> g.node("ReduceL2", x).list("axes", 1).done()),
        of("ReduceL1", 13, (g, x) -> g.node("ReduceL1", x).list("axes", 2, 3).done()),
        of("ReduceSumSquare", 13, (g, x) -> g.node("ReduceSumSquare", x).list("axes", 3).done()),
        of(
            "Max of feature maps",
            13,
            (g, x) -> g.add("Max", x, g.add("Neg", x), g.number(-0.3f), g.add("Sigmoid", x))),
        of(
            "Min of feature maps, broadcast",
            13,
            (g, x) -> g.add("Min", x, g.add("GlobalAveragePool", x))),
        of("a constant of channels", 13, (g, x) -> g.add("Add", x, g.weights(1, 6, 1, 1))),
        of("a constant of rows", 13, (g, x) -> g.add("Mul", g.weights(4, 1), x)),
        of("a constant of all", 13, (g, x) -> g.add("Sub", g.weights(6, 4, 5), x)),
        of(
            "a constant of more",
            13,
            (g, x) -> g.add("Mul", g.add("GlobalAveragePool", x), g.weights(1, 6, 2, 3))),
        of(
            "a number over it",
            13,
            (g, x) -> g.add("Div", g.number(2), g.add("Add", g.add("Sigmoid", x), g.number(1)))),
        of(
            "divided by channels",
            13,
            (g, x) -> g.add("Div", x, g.floats(new float[] {1, 2, 3, 4, 5, 6}, 6, 1, 1))),
        of("of each plane's mean", 13, (g, x) -> g.add("Mul", x, g.add("GlobalAveragePool", x))),
        of(
            "of rows and columns",
            13,
            (g, x) ->
                g.add(
                    "Sub",
                    g.node("ReduceMean", x).list("axes", 3).done(),
                    g.node("ReduceMean", x).list("axes", 1, 2).done())),
        of(
            "Sum, Mean and Neg",
            13,
            (g, x) -> g.add("Neg", g.add("Mean", x, g.add("Sum", x, x, g.number(1)), g.number(3)))),
        of("Softmax over the channels", 13, (g, x) -> g.node("Softmax", x).set("axis", 1).done()),
        of("Softmax over rows", 13, (g, x) -> g.node("Softmax", x).set("axis", 2).done()),
        of("Softmax over columns", 13, (g, x) -> g.add("Softmax", x)),
        of("Softmax over the rest", 11, (g, x) -> g.node("Softmax", x).set("axis", 2).done()),
        of(
            "ReduceMean's input",
            18,
            (g, x) -> g.node("ReduceMean", x, g.integers(-1, 1)).set("keepdims", 0).done()),
        of("ReduceMin", 13, (g, x) -> g.node("ReduceMin", x).list("axes", 1, 3).done()),
        of("ReduceMax", 13, (g, x) -> g.node("ReduceMax", x).list("axes", 1).done()),
        of("ReduceSum", 13, (g, x) -> g.add("ReduceSum", x, g.integers(2, 3))));
  }

  private static String normalised(GraphBuilder g, String x, int size) {
    return g.add("LayerNormalization", x, g.weights(size), g.weights(size));
  }

  @TestFactory
  Stream<DynamicTest> windows() {
    return Stream.of(
        of(
            "Conv of SAME_LOWER",
            13,
            (g, x) ->
                g.node("Conv", x, g.weights(4, 6, 2, 3))
                    .set("auto_pad", "SAME_LOWER")
                    .list("strides", 2, 2)
                    .done()),
        of(
            "Conv of SAME_UPPER",
            13,
            (g, x) ->
                g.node("Conv", x, g.weights(4, 3, 2, 3))
                    .set("auto_pad", "SAME_UPPER")
                    .set("group", 2)
                    .done()),
        of(
            "Conv of one dimension",
            13,
            (g, x) ->
                g.node("Conv", g.add("Reshape", x, g.integers(0, 6, 20)), g.weights(4, 6, 3))
                    .list("pads", 1, 2)
                    .list("strides", 2)
                    .done()),
        of(
            "pools of one dimension",
            13,
            (g, x) ->
                g.node(
                        "AveragePool",
                        g.node("MaxPool", g.add("Reshape", x, g.integers(0, 6, 20)))
                            .list("kernel_shape", 3)
                            .list("strides", 2)
                            .set("ceil_mode", 1)
                            .done())
                    .list("kernel_shape", 2)
                    .list("pads", 1, 1)
                    .done()),
        of(
            "ConvTranspose of windows side by side",
            13,
            (g, x) ->
                g.node("ConvTranspose", x, g.weights(6, 4, 2, 3), g.weights(8))
                    .set("group", 2)
                    .list("strides", 2, 3)
                    .done()),
        of(
            "ConvTranspose of windows that overlap",
            13,
            (g, x) ->
                g.node("ConvTranspose", x, g.weights(6, 2, 4, 3), g.weights(6))
                    .set("group", 3)
                    .list("strides", 2, 3)
                    .list("pads", 1, 4, 0, 1)
                    .list("dilations", 1, 2)
                    .list("output_padding", 1, 2)
                    .done()),
        of(
            "ConvTranspose of stride 1",
            13,
            (g, x) ->
                g.node("ConvTranspose", x, g.weights(6, 2, 3, 2)).list("pads", 1, 0, 2, 1).done()),
        of(
            "ConvTranspose to a size",
            13,
            (g, x) ->
                g.node("ConvTranspose", x, g.weights(6, 2, 3, 3))
                    .list("strides", 2, 2)
                    .list("output_shape", 7, 11)
                    .done()),
        of(
            "ConvTranspose of one dimension, SAME_UPPER",
            13,
            (g, x) ->
                g.node(
                        "ConvTranspose",
                        g.add("Reshape", x, g.integers(0, 6, 20)),
                        g.weights(6, 4, 3))
                    .list("strides", 2)
                    .set("auto_pad", "SAME_UPPER")
                    .done()),
        of(
            "AveragePool whose padding counts",
            13,
            (g, x) ->
                g.node("AveragePool", x)
                    .list("kernel_shape", 3, 3)
                    .list("pads", 1, 1, 1, 1)
                    .set("count_include_pad", 1)
                    .done()),
        of(
            "AveragePool rounded up",
            13,
            (g, x) ->
                g.node("AveragePool", x)
                    .list("kernel_shape", 2, 3)
                    .list("strides", 2, 2)
                    .list("pads", 0, 1, 0, 1)
                    .set("ceil_mode", 1)
                    .done()),
        of(
            "MaxPool dilated",
            13,
            (g, x) ->
                g.node("MaxPool", x).list("kernel_shape", 2, 2).list("dilations", 2, 3).done()),
        of(
            "Gemm of everything",
            13,
            (g, x) ->
                g.node("Gemm", g.add("Flatten", x), g.weights(120, 7), g.weights(1, 7))
                    .set("alpha", 0.5f)
                    .set("beta", 2f)
                    .done()),
        of(
            "MatMul after NHWC",
            13,
            (g, x) ->
                g.add(
                    "Add",
                    g.add(
                        "MatMul",
                        g.node("Transpose", x).list("perm", 0, 2, 3, 1).done(),
                        g.weights(6, 3)),
                    g.weights(3))),
        of(
            "Conv of weights that are standardised",
            13,
            (g, x) -> {
              String w = g.weights(4, 6, 3, 3);
              String mean = g.node("ReduceMean", w).list("axes", 1, 2, 3).done();
              String away = g.add("Sub", w, mean);
              String square =
                  g.add("ReduceSum", g.add("Pow", away, g.number(2)), g.integers(-1, 1, 2));
              return g.add("Conv", x, g.add("Div", away, g.add("Sqrt", square)));
            }),
        of("MatMul of a vector", 13, (g, x) -> g.add("MatMul", x, g.weights(5))),
        of(
            "Gemm of elements in another order",
            13,
            (g, x) ->
                g.add(
                    "Gemm",
                    g.add("Flatten", g.node("Transpose", x).list("perm", 0, 3, 1, 2).done()),
                    g.weights(120, 3))),
        of(
            "BatchNormalization of features",
            13,
            (g, x) ->
                g.add(
                    "BatchNormalization",
                    g.add("Flatten", x),
                    g.weights(120),
                    g.weights(120),
                    g.weights(120),
                    g.add("Abs", g.weights(120)))));
  }

  @TestFactory
  Stream<DynamicTest> shapes() {
    return Stream.of(
        of(
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
        of(
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
