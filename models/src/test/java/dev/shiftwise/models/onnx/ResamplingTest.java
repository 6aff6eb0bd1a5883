package dev.shiftwise.models.onnx;

import static dev.shiftwise.models.onnx.Body.test;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.network.PointwiseConvolution;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Resizes by more than two elements along an axis, against ONNX Runtime. */
final class ResamplingTest {
  @TestFactory
  Stream<DynamicTest> cubic() {
    return Stream.of(
        test(
            "twice as large",
            13,
            (g, x) ->
                g.node("Resize", x, "", g.floats(new float[] {1, 1, 2, 2}, 4))
                    .set("mode", "cubic")
                    .done()),
        test(
            "scales of no whole size, one smaller",
            13,
            (g, x) ->
                g.node("Resize", x, "", g.floats(new float[] {1, 1, 0.7f, 1.9f}, 4))
                    .set("mode", "cubic")
                    .done()),
        test(
            "sizes, aligned at the corners",
            18,
            (g, x) ->
                g.node("Resize", x, "", "", g.integers(9, 3))
                    .set("mode", "cubic")
                    .list("axes", 2, 3)
                    .set("coordinate_transformation_mode", "align_corners")
                    .done()),
        test(
            "by the scale alone, another slope",
            13,
            (g, x) ->
                g.node("Resize", x, "", g.floats(new float[] {1, 1, 3, 1}, 4))
                    .set("mode", "cubic")
                    .set("cubic_coeff_a", -0.5f)
                    .set("coordinate_transformation_mode", "asymmetric")
                    .done()),
        test(
            "without what lies outside",
            13,
            (g, x) ->
                g.node("Resize", x, "", g.floats(new float[] {1, 1, 2.5f, 0.6f}, 4))
                    .set("mode", "cubic")
                    .set("exclude_outside", 1)
                    .set("coordinate_transformation_mode", "pytorch_half_pixel")
                    .done()),
        test(
            "between convolutions",
            17,
            (g, x) ->
                g.add(
                    "Conv",
                    g.add(
                        "Relu",
                        g.node(
                                "Resize",
                                g.add("Conv", x, g.weights(4, 6, 1, 1)),
                                "",
                                g.floats(new float[] {1, 1, 2, 2}, 4))
                            .set("mode", "cubic")
                            .done()),
                    g.weights(3, 4, 1, 1))));
  }

  @TestFactory
  Stream<DynamicTest> antialiased() {
    return Stream.of("linear", "cubic")
        .flatMap(
            mode ->
                Stream.of(
                    antialiased(mode, 2, 3, true),
                    antialiased(mode, 3, 2, false),
                    antialiased(mode, 9, 2, true),
                    antialiased(mode, 7, 10, true)));
  }

  private static DynamicTest antialiased(String mode, int rows, int columns, boolean excludes) {
    return test(
        mode + " to " + rows + "x" + columns + (excludes ? " without what lies outside" : ""),
        18,
        (g, x) ->
            g.node("Resize", x, "", "", g.integers(rows, columns))
                .set("mode", mode)
                .list("axes", 2, 3)
                .set("antialias", 1)
                .set("exclude_outside", excludes ? 1 : 0)
                .done());
  }

  @TestFactory
  Stream<DynamicTest> linearAlongThreeAxes() {
    return Stream.of(
        test(
            "linear along three axes",
            13,
            (g, x) -> {
              String volume = g.add("Reshape", x, g.integers(0, 1, 6, 4, 5));
              String larger =
                  g.node("Resize", volume, "", g.floats(new float[] {1, 1, 1.5f, 2, 2}, 5))
                      .set("mode", "linear")
                      .done();
              return g.add("Reshape", larger, g.integers(0, 9, 8, 10));
            }));
  }

  /** Every second element of the result is one of the input, and hears of no other. */
  @Test
  void nanReachesOnlyWhatItCountsFor() throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 1, 1, 7);
    graph.output(
        graph
            .node("Resize", x, "", "", graph.integers(1, 1, 1, 13))
            .set("mode", "cubic")
            .set("coordinate_transformation_mode", "align_corners")
            .done());
    try (OnnxModel model = graph.read()) {
      int[] bits = new int[7];
      Arrays.fill(bits, Float.floatToRawIntBits(2));
      bits[3] = Float.floatToRawIntBits(Float.NaN);
      RealImage made =
          ReferenceEvaluator.evaluate(model.network(), Map.of("x", bits), 1)
              .values()
              .iterator()
              .next()
              .getFirst();
      List<Integer> reached = List.of(3, 5, 6, 7, 9);
      for (int i = 0; i < 13; i++) {
        assertEquals(reached.contains(i), Double.isNaN(made.value(i)), "at " + i);
      }
      assertTrue(
          model.network().nodes().stream()
              .anyMatch(node -> node.operator() instanceof PointwiseConvolution),
          model.network().toString());
    }
  }
}
