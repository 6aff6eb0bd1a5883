package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Rearrange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Comparisons of feature maps and what is chosen by them, against ONNX Runtime. */
final class ComparisonsTest {
  private static final int FLOAT = 1;
  private static final int BOOL = 9;
  private static final int DOUBLE = 11;
  private static final int OPSET = 17;

  private static DynamicTest of(String name, Body body) {
    return Body.test(name, OPSET, body);
  }

  private static String cast(GraphBuilder g, String value, int to) {
    return g.node("Cast", value).set("to", to).done();
  }

  /** Half of its elements are NaN. */
  private static String holes(GraphBuilder g, String x) {
    return g.add("Log", x);
  }

  /** Whole numbers, so that some are equal. */
  private static String steps(GraphBuilder g, String x) {
    return g.add("Add", g.add("Sign", x), g.add("Sign", g.add("Sub", x, g.number(2))));
  }

  @TestFactory
  Stream<DynamicTest> comparisons() {
    return Stream.of("Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal")
        .flatMap(
            operator ->
                Stream.of(
                    of(
                        operator + " of a number",
                        (g, x) ->
                            cast(g, g.add(operator, holes(g, steps(g, x)), g.number(0)), FLOAT)),
                    of(
                        operator + " of a number and a map",
                        (g, x) -> cast(g, g.add(operator, g.number(-1), steps(g, x)), FLOAT)),
                    of(
                        operator + " of one number a channel",
                        (g, x) -> {
                          String channels = g.floats(new float[] {-2, -1, 0, 1, 2, 3}, 1, 6, 1, 1);
                          return cast(g, g.add(operator, steps(g, x), channels), FLOAT);
                        }),
                    of(
                        operator + " of a map and its mean",
                        (g, x) ->
                            cast(g, g.add(operator, g.add("GlobalAveragePool", x), x), FLOAT)),
                    of(
                        operator + " of a map that was moved",
                        (g, x) -> {
                          String turned =
                              g.node("Transpose", steps(g, x)).list("perm", 0, 1, 3, 2).done();
                          String back =
                              g.node(
                                      "Transpose",
                                      cast(g, g.add(operator, turned, g.number(0)), FLOAT))
                                  .list("perm", 0, 1, 3, 2)
                                  .done();
                          return g.add("Mul", back, x);
                        })));
  }

  @TestFactory
  Stream<DynamicTest> whatIsTrueOrFalse() {
    Body isSmall = (g, x) -> g.add("Less", g.add("Abs", x), g.number(2));
    Body isAbove = (g, x) -> g.add("Greater", x, g.number(0));
    return Stream.concat(
        Stream.of("And", "Or", "Xor", "Equal")
            .map(
                operator ->
                    of(
                        operator + " of two maps",
                        (g, x) ->
                            cast(
                                g,
                                g.add(operator, isSmall.write(g, x), isAbove.write(g, x)),
                                FLOAT))),
        Stream.of(
            of("Not", (g, x) -> cast(g, g.add("Not", isAbove.write(g, x)), FLOAT)),
            of("FLOAT to BOOL", (g, x) -> cast(g, cast(g, holes(g, steps(g, x)), BOOL), FLOAT)),
            of("Sign", (g, x) -> g.add("Mul", g.add("Sign", x), g.add("Sign", g.add("Relu", x)))),
            of("IsNaN", (g, x) -> cast(g, g.add("IsNaN", holes(g, x)), FLOAT)),
            of(
                "of constants",
                (g, x) -> {
                  String holds = g.add("Less", g.number(0), g.number(1));
                  String fails = g.add("Equal", g.number(0), g.number(1));
                  String sign = g.add("Sign", g.floats(new float[] {-3, 0, 0.5f}, 3, 1, 1));
                  String signs = g.node("Concat", sign, sign).set("axis", 0).done();
                  return g.add("Where", g.add("Xor", holds, fails), g.add("Add", x, signs), x);
                }),
            of(
                "IsInf and IsNaN of DOUBLE",
                (g, x) -> {
                  String real = cast(g, g.add("Log", g.add("Relu", x)), DOUBLE);
                  String turned = g.node("Transpose", real).list("perm", 0, 1, 3, 2).done();
                  String missing = g.add("IsNaN", cast(g, holes(g, x), DOUBLE));
                  String back =
                      g.node("Transpose", g.add("IsInf", turned)).list("perm", 0, 1, 3, 2).done();
                  return cast(g, g.add("Or", back, missing), FLOAT);
                }),
            of("IsInf", (g, x) -> cast(g, g.add("IsInf", g.add("Log", g.add("Relu", x))), FLOAT)),
            of(
                "IsInf of one sign",
                (g, x) ->
                    cast(
                        g,
                        g.node("IsInf", g.add("Log", g.add("Relu", x)))
                            .set("detect_negative", 0)
                            .done(),
                        FLOAT)),
            of(
                "moved and joined",
                (g, x) -> {
                  String turned =
                      g.node("Transpose", isAbove.write(g, x)).list("perm", 0, 1, 3, 2).done();
                  String other =
                      g.node("Transpose", isSmall.write(g, x)).list("perm", 0, 1, 3, 2).done();
                  String joined = g.node("Concat", turned, other).set("axis", 3).done();
                  return g.add("Where", joined, g.number(2), g.number(-3));
                })));
  }

  @TestFactory
  Stream<DynamicTest> choices() {
    return Stream.of(
        of(
            "of a map and its half",
            (g, x) ->
                g.add(
                    "Where",
                    g.add("Greater", x, g.number(0.5f)),
                    x,
                    g.add("Mul", x, g.number(0.5f)))),
        of(
            "of NaN and a number",
            (g, x) -> g.add("Where", g.add("IsNaN", holes(g, x)), g.number(-7), holes(g, x))),
        of(
            "of infinities that are not chosen",
            (g, x) -> {
              String inverse = g.add("Reciprocal", g.add("Relu", x));
              return g.add("Where", g.add("IsInf", inverse), x, inverse);
            }),
        of(
            "by a plane",
            (g, x) -> {
              String first = g.add("Slice", x, g.integers(0), g.integers(1), g.integers(1));
              return g.add("Where", g.add("Less", first, g.number(0)), x, g.add("Neg", x));
            }),
        of(
            "of one number a channel and one a column",
            (g, x) ->
                g.add(
                    "Where",
                    g.add("Less", x, g.number(0)),
                    g.weights(1, 6, 1, 1),
                    g.floats(new float[] {1, 2, 3, 4, 5}, 5))),
        of(
            "of zeros for each image",
            (g, x) ->
                g.add(
                    "Where",
                    g.add("Less", x, g.number(0)),
                    g.add("ConstantOfShape", g.add("Shape", x)),
                    x)),
        of(
            "of what was moved",
            (g, x) -> {
              String turned = g.node("Transpose", x).list("perm", 0, 2, 3, 1).done();
              String chosen =
                  g.add("Where", g.add("Less", turned, g.number(0)), g.number(1), turned);
              return g.node("Transpose", chosen).list("perm", 0, 3, 1, 2).done();
            }));
  }

  /** ONNX Runtime chooses of numbers only, and makes +0 of -0. */
  @Test
  void choicesOfBool() throws Exception {
    Body isBelow = (g, x) -> g.add("Less", x, g.number(0));
    Body isNear = (g, x) -> g.add("Less", x, g.number(1));
    Body isFar = (g, x) -> g.add("Less", x, g.number(-1));
    Body ofBool =
        (g, x) ->
            cast(
                g,
                g.add("Where", isBelow.write(g, x), isFar.write(g, x), isNear.write(g, x)),
                FLOAT);
    Body ofNumbers =
        (g, x) ->
            g.add(
                "Where",
                isBelow.write(g, x),
                cast(g, isFar.write(g, x), FLOAT),
                cast(g, isNear.write(g, x), FLOAT));
    assertEquals(shown(ofNumbers), shown(ofBool));
  }

  private static List<String> shown(Body body) throws IOException {
    return operators(body).stream()
        .map(operator -> operator instanceof Arithmetic ? operator.toString() : operator.kind())
        .toList();
  }

  private static List<Operator> operators(Body body) throws IOException {
    try (OnnxModel model = body.graph(OPSET).read()) {
      return model.network().nodes().stream().map(Node::operator).toList();
    }
  }

  @Test
  void whatIsChosenKeepsTheSignOfItsZero() throws Exception {
    Body body = (g, x) -> g.add("Where", g.add("Less", x, g.number(1)), x, g.number(5));
    int[] bits = new int[6 * 4 * 5];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(i % 3 == 0 ? -0f : i % 3 == 1 ? 0f : 2f);
    }
    try (OnnxModel model = body.graph(OPSET).read()) {
      RealImage image =
          ReferenceEvaluator.evaluate(model.network(), Map.of("x", bits), 1).values().stream()
              .findFirst()
              .orElseThrow()
              .getFirst();
      for (int i = 0; i < bits.length; i++) {
        double wanted = i % 3 == 2 ? 0.2 : i % 3 == 0 ? Double.NEGATIVE_INFINITY : 1 / 0.0;
        assertEquals(wanted, 1 / image.value(i));
      }
    }
  }

  @Test
  void aComparisonIsOneNodeAndItsNumber() throws Exception {
    Body body = (g, x) -> cast(g, g.add("Less", x, g.number(1)), FLOAT);
    assertEquals(
        List.of(Rearrange.class, Arithmetic.class),
        operators(body).stream().map(Operator::getClass).toList());
  }

  /** Where ONNX has true and false the network has 1 and 0. */
  @Test
  void outputsOfBoolAreNumbers() throws Exception {
    Body isAbove = (g, x) -> g.add("Greater", x, g.number(0));
    assertEquals(shown((g, x) -> cast(g, isAbove.write(g, x), FLOAT)), shown(isAbove));
  }

  private static void requireRefused(String reason, Body body) {
    OnnxUnsupportedException e =
        assertThrows(OnnxUnsupportedException.class, () -> body.graph(OPSET).read());
    assertTrue(String.valueOf(e.getMessage()).contains(reason), e.getMessage());
  }

  /** What is compared begins with the batch; so does what is made BOOL. */
  @Test
  void theBatchElsewhere() {
    requireRefused(
        "the batch is dimension 1 of its input 0",
        (g, x) -> {
          String turned = g.node("Transpose", x).list("perm", 1, 0, 2, 3).done();
          String some = g.add("Slice", turned, g.integers(1), g.integers(4), g.integers(0));
          String back =
              g.node("Transpose", cast(g, cast(g, some, BOOL), FLOAT))
                  .list("perm", 1, 0, 2, 3)
                  .done();
          return g.add("Relu", back);
        });
  }

  @Test
  void typesThatDoNotFit() {
    Body isAbove = (g, x) -> g.add("Greater", x, g.number(0));
    requireRefused("input 0 is BOOL, wanted FLOAT", (g, x) -> g.add("Relu", isAbove.write(g, x)));
    requireRefused("input 1 is BOOL, wanted FLOAT", (g, x) -> g.add("Mul", x, isAbove.write(g, x)));
    requireRefused(
        "input 0 is FLOAT, wanted BOOL",
        (g, x) -> g.node("Concat", x, isAbove.write(g, x)).set("axis", 1).done());
    requireRefused("input 0 is DOUBLE, wanted FLOAT", (g, x) -> g.add("Relu", cast(g, x, DOUBLE)));
    requireRefused("input 0 is BOOL, wanted FLOAT", (g, x) -> g.add("IsNaN", isAbove.write(g, x)));
    requireRefused("it is DOUBLE, wanted FLOAT or BOOL", (g, x) -> cast(g, x, DOUBLE));
    requireRefused("input 0 is FLOAT, wanted BOOL", (g, x) -> g.add("Not", x));
    requireRefused("input 1 is FLOAT, wanted BOOL", (g, x) -> g.add("And", isAbove.write(g, x), x));
    requireRefused("input 0 is FLOAT, wanted BOOL", (g, x) -> g.add("Where", x, x, x));
    requireRefused(
        "input 2 is BOOL, wanted FLOAT",
        (g, x) -> g.add("Where", isAbove.write(g, x), x, isAbove.write(g, x)));
    requireRefused(
        "input 1 is BOOL, wanted FLOAT", (g, x) -> g.add("Equal", x, isAbove.write(g, x)));
    requireRefused("input 1 is INT64, wanted FLOAT", (g, x) -> g.add("Less", x, g.integers(3)));
    requireRefused(
        "it makes a feature map INT64, wanted FLOAT, DOUBLE or BOOL",
        (g, x) -> cast(g, isAbove.write(g, x), 7));
  }
}
