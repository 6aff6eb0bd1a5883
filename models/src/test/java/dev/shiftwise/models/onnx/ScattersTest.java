package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Rearrange;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Indices and assignments to slices, as the two exporters of PyTorch write them: with the batch in
 * front, behind a transpose, and among the indices. Against ONNX Runtime.
 */
final class ScattersTest {
  private static GraphBuilder graph(Body body) {
    return body.graph(16);
  }

  private static DynamicTest of(String name, Body body) {
    return DynamicTest.dynamicTest(name, () -> Oracle.requireSame(graph(body), 3).close());
  }

  private static String turned(GraphBuilder g, String x, long... order) {
    return g.node("Transpose", x).list("perm", order).done();
  }

  private static String slice(GraphBuilder g, String x, int axis, long from, long to) {
    return g.add("Slice", x, g.integers(from), g.integers(to), g.integers(axis));
  }

  /** Zeros like a value. */
  private static String zeros(GraphBuilder g, String x) {
    return g.add("Expand", g.number(0), g.add("Shape", x));
  }

  /** Rows of a column of indices. */
  private static String column(GraphBuilder g, long... indices) {
    return g.add("Unsqueeze", g.integers(indices), g.integers(-1));
  }

  /** {@code to[from.., channels] = update}, dynamo's way: the channels in front. */
  private static String written(GraphBuilder g, String to, String update, long... channels) {
    String made =
        g.add(
            "ScatterND",
            turned(g, to, 1, 0, 2, 3),
            column(g, channels),
            turned(g, update, 1, 0, 2, 3));
    return turned(g, made, 1, 0, 2, 3);
  }

  private static String scalar(GraphBuilder g, long value) {
    return g.add("Squeeze", g.integers(value));
  }

  /** The numbers of the images beside other indices, expanded to all of them. */
  private static String everywhere(GraphBuilder g, String x, long[] channels, long[] columns) {
    String images =
        g.add(
            "Range",
            scalar(g, 0),
            g.node("Gather", g.add("Shape", x), scalar(g, 0)).done(),
            scalar(g, 1));
    String[] axes = {
      g.add("Reshape", images, g.integers(-1, 1, 1, 1)),
      g.add("Reshape", g.integers(channels), g.integers(-1, 1, 1)),
      g.add("Reshape", g.integers(0, 1, 2, 3), g.integers(-1, 1)),
      g.integers(columns)
    };
    String all = g.add("Add", g.add("Add", axes[0], axes[1]), g.add("Add", axes[2], axes[3]));
    String shape = g.add("Shape", all);
    String[] parts = new String[axes.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = g.add("Unsqueeze", g.add("Expand", axes[i], shape), g.integers(-1));
    }
    return g.node("Concat", parts).set("axis", -1).done();
  }

  /** The dynamo exporter's {@code as_strided}: channels of every image, last first. */
  private static String strided(GraphBuilder g, String x, int step) {
    String images =
        g.add(
            "Range",
            scalar(g, 0),
            g.node("Gather", g.add("Shape", x), scalar(g, 0)).done(),
            scalar(g, 1));
    String starts =
        g.add("Reshape", g.add("Mul", images, g.integers(step)), g.integers(-1, 1, 1, 1));
    String channels = g.add("Reshape", g.integers(5, 4, 3, 2, 1, 0), g.integers(6, 1, 1));
    return g.node("Gather", g.add("Reshape", x, g.integers(-1)), g.add("Add", starts, channels))
        .set("axis", 0)
        .done();
  }

  @TestFactory
  Stream<DynamicTest> values() {
    return Stream.of(
        of(
            "channels written in front",
            (g, x) -> written(g, x, g.add("Neg", slice(g, x, 1, 0, 2)), 4, 1)),
        of(
            "zeros but for some channels",
            (g, x) -> written(g, zeros(g, x), slice(g, x, 1, 2, 5), 0, 1, 2)),
        of(
            "of two values, rows of each",
            (g, x) ->
                turned(
                    g,
                    g.add(
                        "ScatterND",
                        turned(g, x, 2, 1, 0, 3),
                        column(g, 1, -1),
                        turned(g, slice(g, g.add("Sigmoid", x), 2, 0, 2), 2, 1, 0, 3)),
                    2,
                    1,
                    0,
                    3)),
        of(
            "every image's own index",
            (g, x) ->
                g.add(
                    "ScatterND",
                    x,
                    everywhere(g, x, new long[] {0, 2}, new long[] {1, 2, 3, 4}),
                    slice(g, slice(g, x, 1, 0, 2), 3, 0, 4))),
        of(
            "read at every image's own index",
            (g, x) -> g.add("GatherND", x, everywhere(g, x, new long[] {5, 0}, new long[] {3}))),
        of(
            "every image gathered",
            (g, x) ->
                g.node(
                        "Gather",
                        x,
                        g.add(
                            "Range",
                            scalar(g, 0),
                            g.node("Gather", g.add("Shape", x), scalar(g, 0)).done(),
                            scalar(g, 1)))
                    .set("axis", 0)
                    .done()),
        of(
            "strided reads of what was flattened with the batch",
            (g, x) -> strided(g, g.node("ReduceMean", x).list("axes", 2, 3).done(), 6)),
        of(
            "rows and columns gathered",
            (g, x) ->
                turned(
                    g,
                    g.add(
                        "GatherND",
                        turned(g, x, 2, 3, 0, 1),
                        g.add("Reshape", g.integers(3, 0, 1, 4, 0, 2), g.integers(3, 2))),
                    1,
                    2,
                    0)),
        of(
            "elements gathered",
            (g, x) ->
                g.node(
                        "GatherElements",
                        x,
                        g.add(
                            "Expand",
                            g.add("Reshape", g.integers(3, -1, 0, 1), g.integers(1, 4, 1, 1)),
                            g.node(
                                    "Concat",
                                    slice(g, g.add("Shape", x), 0, 0, 1),
                                    g.integers(4, 4, 5))
                                .set("axis", 0)
                                .done()))
                    .set("axis", 1)
                    .done()),
        of(
            "one column filled",
            (g, x) -> {
              String column = slice(g, x, 3, 0, 1);
              String shape = g.add("Shape", column);
              return g.node(
                      "ScatterElements",
                      x,
                      g.add("Expand", scalar(g, -1), shape),
                      g.add("Expand", g.number(1.5f), shape))
                  .set("axis", 3)
                  .done();
            }),
        of(
            "filled twice, with different numbers",
            (g, x) ->
                written(
                    g,
                    written(g, x, zeros(g, slice(g, x, 1, 0, 1)), 2),
                    g.add("Expand", g.number(7), g.add("Shape", slice(g, x, 1, 0, 2))),
                    3,
                    0)),
        of(
            "chosen by a constant",
            (g, x) -> {
              String mask = g.node("Cast", g.integers(1, 0, 0, 1, 0)).set("to", 9).done();
              return g.add("Where", mask, x, g.add("Where", mask, g.number(0), g.add("Neg", x)));
            }),
        of(
            "joined with zeros",
            (g, x) ->
                g.node("Concat", slice(g, x, 3, 1, 5), zeros(g, slice(g, x, 3, 0, 1)))
                    .set("axis", 3)
                    .done()),
        of(
            "flattened with the batch in the middle",
            (g, x) ->
                turned(
                    g,
                    g.add(
                        "Reshape",
                        g.node(
                                "Gather",
                                g.node("Flatten", turned(g, x, 2, 3, 0, 1)).set("axis", 2).done(),
                                g.integers(19, 3, 7))
                            .set("axis", 0)
                            .done(),
                        g.node("Concat", g.integers(-1), slice(g, g.add("Shape", x), 0, 0, 2))
                            .set("axis", 0)
                            .done()),
                    1,
                    2,
                    0)));
  }

  /** TSM's shift of ZERO borders, assigned slice by slice: an address shift and no other node. */
  @Test
  void assignedSlicesAreAShift() throws Exception {
    GraphBuilder g = new GraphBuilder().opset(16);
    String x = g.input("x", -1, 8, 5, 6);
    String wide = g.add("Conv", x, g.weights(8, 8, 1, 1));
    String left = joined(g, slice(g, slice(g, wide, 1, 0, 4), 3, 1, 6), 3, false);
    String up = joined(g, slice(g, slice(g, wide, 1, 4, 8), 2, 0, 4), 2, true);
    String shifted = written(g, zeros(g, wide), left, 0, 1, 2, 3);
    shifted = written(g, shifted, up, 4, 5, 6, 7);
    g.output(g.add("Conv", shifted, g.weights(4, 8, 1, 1)));
    try (OnnxModel model = Oracle.requireSame(g, 2)) {
      List<Operator> operators =
          model.network().nodes().stream().map(node -> node.operator()).toList();
      assertEquals(2, operators.size(), operators.toString());
      assertTrue(
          model.recognised().stream().anyMatch(line -> line.contains("address shift ZERO")),
          model.recognised().toString());
    }
  }

  private static String joined(GraphBuilder g, String part, int axis, boolean zerosFirst) {
    String zeros = zeros(g, slice(g, part, axis, 0, 1));
    return g.node("Concat", zerosFirst ? zeros : part, zerosFirst ? part : zeros)
        .set("axis", axis)
        .done();
  }

  /** Assignments of whole planes from two values are joined as windows. */
  @Test
  void wholePlanesOfTwoValuesNeedNoMove() throws Exception {
    GraphBuilder g = graph((b, x) -> written(b, x, slice(b, b.add("Sigmoid", x), 1, 0, 2), 0, 1));
    try (OnnxModel model = Oracle.requireSame(g, 2)) {
      assertTrue(
          model.network().nodes().stream().noneMatch(node -> node.operator() instanceof Rearrange),
          model.network().toString());
    }
  }

  /** An image may not read another. */
  @Test
  void otherImagesAreRefused() {
    GraphBuilder g =
        graph(
            (b, x) -> {
              String last = b.add("GatherND", x, b.add("Reshape", b.integers(0), b.integers(1, 1)));
              return b.add("Add", x, last);
            });
    OnnxUnsupportedException e = assertThrows(OnnxUnsupportedException.class, g::read);
    assertTrue(String.valueOf(e.getMessage()).contains("batch"), e.getMessage());
  }

  /** Starts that are not those of the images read one image for another. */
  @Test
  void stridesOfOtherImagesAreRefused() {
    GraphBuilder g =
        graph((b, x) -> strided(b, b.node("ReduceMean", x).list("axes", 2, 3).done(), 3));
    OnnxUnsupportedException e = assertThrows(OnnxUnsupportedException.class, g::read);
    assertTrue(String.valueOf(e.getMessage()).contains("one image for another"), e.getMessage());
  }

  @Test
  void indicesBeyondTheValueAreRefused() {
    GraphBuilder g = graph((b, x) -> written(b, x, slice(b, x, 1, 0, 1), 6));
    OnnxUnsupportedException e = assertThrows(OnnxUnsupportedException.class, g::read);
    assertTrue(String.valueOf(e.getMessage()).contains("index is 6"), e.getMessage());
  }
}
