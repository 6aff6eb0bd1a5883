package dev.shiftwise.models.onnx;

import static dev.shiftwise.models.onnx.Body.test;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Functions of elements and arithmetic, in the forms that their versions had, against ONNX Runtime.
 */
final class FunctionsTest {
  @TestFactory
  Stream<DynamicTest> functions() {
    return Stream.of(
        test("Clip's attributes", 10, (g, x) -> g.node("Clip", x).set("max", 1f).done()),
        test("Clip without bounds", 13, (g, x) -> g.add("Clip", x)),
        test(
            "Max and Min",
            13,
            (g, x) -> g.add("Min", g.add("Max", x, g.number(-1)), g.number(0.5f))),
        test("PRelu of channels", 13, (g, x) -> g.add("PRelu", x, g.weights(6, 1, 1))),
        test("PRelu of columns", 13, (g, x) -> g.add("PRelu", x, g.weights(5))),
        test("LeakyRelu", 13, (g, x) -> g.add("LeakyRelu", x)),
        test("HardSigmoid", 13, (g, x) -> g.add("HardSigmoid", x)),
        test("HardSwish", 14, (g, x) -> g.add("HardSwish", x)),
        test(
            "Reciprocal",
            13,
            (g, x) -> g.add("Reciprocal", g.add("Add", g.add("Sigmoid", x), g.number(1)))),
        test("Abs", 13, (g, x) -> g.add("Abs", x)),
        test("Pow of 2", 13, (g, x) -> g.add("Pow", x, g.number(2))),
        test("Pow of an integer", 13, (g, x) -> g.add("Pow", x, g.integers(7))),
        test("Pow of -3", 13, (g, x) -> g.add("Pow", g.add("Clip", x, g.number(1)), g.number(-3))),
        test("Exp", 13, (g, x) -> g.add("Exp", x)),
        test("Tanh", 13, (g, x) -> g.add("Tanh", x)),
        test("Elu", 13, (g, x) -> g.node("Elu", x).set("alpha", 0.7f).done()),
        test("Selu", 13, (g, x) -> g.add("Selu", x)),
        test("Celu", 13, (g, x) -> g.node("Celu", x).set("alpha", 1.5f).done()),
        test("Mish", 18, (g, x) -> g.add("Mish", x)),
        test("Sqrt", 13, (g, x) -> g.add("Sqrt", g.add("Abs", x))),
        test("Log", 13, (g, x) -> g.add("Log", g.add("Exp", x))),
        test("Erf", 13, (g, x) -> g.add("Erf", x)),
        test("Gelu", 20, (g, x) -> g.add("Gelu", x)),
        test("Gelu by tanh", 20, (g, x) -> g.node("Gelu", x).set("approximate", "tanh").done()),
        test("Softplus", 13, (g, x) -> g.add("Softplus", x)),
        test("Pow of a half", 13, (g, x) -> g.add("Pow", g.add("Abs", x), g.number(-0.5f))),
        test(
            "Pow of a third",
            13,
            (g, x) -> g.add("Pow", g.add("Clip", x, g.number(1e-6f)), g.number(1 / 3f))));
  }

  @TestFactory
  Stream<DynamicTest> arithmetic() {
    return Stream.of(
        test(
            "Max and Min of numbers like the feature map",
            13,
            (g, x) -> {
              String ones = g.floats(new float[] {1, 1, 1, 1, 1}, 5);
              String zeros = g.add("ConstantOfShape", g.add("Shape", x));
              return g.add("Min", g.add("Max", zeros, x), ones);
            }),
        test(
            "Max of feature maps",
            13,
            (g, x) -> g.add("Max", x, g.add("Neg", x), g.number(-0.3f), g.add("Sigmoid", x))),
        test(
            "Min of feature maps, broadcast",
            13,
            (g, x) -> g.add("Min", x, g.add("GlobalAveragePool", x))),
        test("a constant of channels", 13, (g, x) -> g.add("Add", x, g.weights(1, 6, 1, 1))),
        test("a constant of rows", 13, (g, x) -> g.add("Mul", g.weights(4, 1), x)),
        test("a constant of all", 13, (g, x) -> g.add("Sub", g.weights(6, 4, 5), x)),
        test(
            "a constant of more",
            13,
            (g, x) -> g.add("Mul", g.add("GlobalAveragePool", x), g.weights(1, 6, 2, 3))),
        test(
            "a number over it",
            13,
            (g, x) -> g.add("Div", g.number(2), g.add("Add", g.add("Sigmoid", x), g.number(1)))),
        test(
            "divided by channels",
            13,
            (g, x) -> g.add("Div", x, g.floats(new float[] {1, 2, 3, 4, 5, 6}, 6, 1, 1))),
        test("of each plane's mean", 13, (g, x) -> g.add("Mul", x, g.add("GlobalAveragePool", x))),
        test(
            "of rows and columns",
            13,
            (g, x) ->
                g.add(
                    "Sub",
                    g.node("ReduceMean", x).list("axes", 3).done(),
                    g.node("ReduceMean", x).list("axes", 1, 2).done())),
        test(
            "Sum, Mean and Neg",
            13,
            (g, x) ->
                g.add("Neg", g.add("Mean", x, g.add("Sum", x, x, g.number(1)), g.number(3)))));
  }
}
