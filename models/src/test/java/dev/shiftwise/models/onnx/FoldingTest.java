package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is computed from constants, seen as a size of the result. */
final class FoldingTest {

  private static List<Integer> reshaped(GraphBuilder graph, String rows) throws Exception {
    String x = graph.input("x", 1, 1, 1, 12);
    String sizes = graph.node("Concat", rows, graph.integers(-1)).set("axis", 0).done();
    graph.output(graph.add("Reshape", x, sizes));
    try (OnnxModel model = graph.read()) {
      return model.outputs().getFirst().dimensions();
    }
  }

  /** -7 mod 5 is 3 with the divisor's sign and -2 with the dividend's, as C's fmod has it. */
  @ParameterizedTest
  @CsvSource({"-7, 5, 0, 3", "-7, 5, 1, 2", "7, -5, 0, 3", "7, -5, 1, 2", "9, 5, 1, 4"})
  void modOfIntegers(long dividend, long divisor, long fmod, int size) throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String left = graph.integers(dividend);
    String mod = graph.node("Mod", left, graph.integers(divisor)).set("fmod", fmod).done();
    String rows = graph.add("Abs", mod);
    assertEquals(List.of(size, 12 / size), reshaped(graph, rows));
  }

  @Test
  void modOfFloats() throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String mod =
        graph
            .node("Mod", graph.floats(new float[] {-7.5f}, 1), graph.floats(new float[] {4}, 1))
            .set("fmod", 1)
            .done();
    // -3.5
    String rows =
        graph.node("Cast", graph.add("Sub", graph.number(-0.5f), mod)).set("to", 7).done();
    assertEquals(List.of(3, 4), reshaped(graph, rows));
  }

  @Test
  void whatModRefuses() {
    GraphBuilder zero = new GraphBuilder();
    String mod = zero.add("Mod", zero.integers(3), zero.integers(0));
    requireRefused("divides an integer by 0", zero, mod);
    GraphBuilder real = new GraphBuilder();
    String ofFloats =
        real.add("Mod", real.floats(new float[] {3}, 1), real.floats(new float[] {2}, 1));
    requireRefused("fmod is 0, wanted 1 for FLOAT", real, ofFloats);
  }

  @ParameterizedTest
  @CsvSource({"0", "9", "NaN", "-12", "Infinity"})
  void powersThatAreNotRun(float exponent) {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 3, 4, 4);
    graph.output(graph.add("Pow", x, graph.number(exponent)));
    OnnxUnsupportedException e = assertThrows(OnnxUnsupportedException.class, graph::read);
    assertTrue(
        String.valueOf(e.getMessage()).contains("the exponent is " + exponent), e.getMessage());
  }

  private static void requireRefused(String part, GraphBuilder graph, String rows) {
    OnnxUnsupportedException e =
        assertThrows(OnnxUnsupportedException.class, () -> reshaped(graph, rows));
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }
}
