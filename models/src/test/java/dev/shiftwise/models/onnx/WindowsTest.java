package dev.shiftwise.models.onnx;

import static dev.shiftwise.models.onnx.Body.test;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Convolutions, pooling and matrices, in the forms that their versions had, against ONNX Runtime.
 */
final class WindowsTest {
  @TestFactory
  Stream<DynamicTest> windows() {
    return Stream.of(
        test(
            "Conv of SAME_LOWER",
            13,
            (g, x) ->
                g.node("Conv", x, g.weights(4, 6, 2, 3))
                    .set("auto_pad", "SAME_LOWER")
                    .list("strides", 2, 2)
                    .done()),
        test(
            "Conv of SAME_UPPER",
            13,
            (g, x) ->
                g.node("Conv", x, g.weights(4, 3, 2, 3))
                    .set("auto_pad", "SAME_UPPER")
                    .set("group", 2)
                    .done()),
        test(
            "Conv of one dimension",
            13,
            (g, x) ->
                g.node("Conv", g.add("Reshape", x, g.integers(0, 6, 20)), g.weights(4, 6, 3))
                    .list("pads", 1, 2)
                    .list("strides", 2)
                    .done()),
        test(
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
        test(
            "ConvTranspose of windows side by side",
            13,
            (g, x) ->
                g.node("ConvTranspose", x, g.weights(6, 4, 2, 3), g.weights(8))
                    .set("group", 2)
                    .list("strides", 2, 3)
                    .done()),
        test(
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
        test(
            "ConvTranspose of stride 1",
            13,
            (g, x) ->
                g.node("ConvTranspose", x, g.weights(6, 2, 3, 2)).list("pads", 1, 0, 2, 1).done()),
        test(
            "ConvTranspose to a size",
            13,
            (g, x) ->
                g.node("ConvTranspose", x, g.weights(6, 2, 3, 3))
                    .list("strides", 2, 2)
                    .list("output_shape", 7, 11)
                    .done()),
        test(
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
        test(
            "AveragePool whose padding counts",
            13,
            (g, x) ->
                g.node("AveragePool", x)
                    .list("kernel_shape", 3, 3)
                    .list("pads", 1, 1, 1, 1)
                    .set("count_include_pad", 1)
                    .done()),
        test(
            "AveragePool rounded up",
            13,
            (g, x) ->
                g.node("AveragePool", x)
                    .list("kernel_shape", 2, 3)
                    .list("strides", 2, 2)
                    .list("pads", 0, 1, 0, 1)
                    .set("ceil_mode", 1)
                    .done()),
        test(
            "MaxPool dilated",
            13,
            (g, x) ->
                g.node("MaxPool", x).list("kernel_shape", 2, 2).list("dilations", 2, 3).done()),
        test(
            "Conv of weights that are standardised",
            13,
            (g, x) -> {
              String w = g.weights(4, 6, 3, 3);
              String mean = g.node("ReduceMean", w).list("axes", 1, 2, 3).done();
              String away = g.add("Sub", w, mean);
              String square =
                  g.add("ReduceSum", g.add("Pow", away, g.number(2)), g.integers(-1, 1, 2));
              return g.add("Conv", x, g.add("Div", away, g.add("Sqrt", square)));
            }));
  }

  @TestFactory
  Stream<DynamicTest> matrices() {
    return Stream.of(
        test(
            "Gemm of everything",
            13,
            (g, x) ->
                g.node("Gemm", g.add("Flatten", x), g.weights(120, 7), g.weights(1, 7))
                    .set("alpha", 0.5f)
                    .set("beta", 2f)
                    .done()),
        test(
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
        test("MatMul of a vector", 13, (g, x) -> g.add("MatMul", x, g.weights(5))),
        test(
            "Gemm of elements in another order",
            13,
            (g, x) ->
                g.add(
                    "Gemm",
                    g.add("Flatten", g.node("Transpose", x).list("perm", 0, 3, 1, 2).done()),
                    g.weights(120, 3))),
        test(
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
}
