package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Convolution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Convolutions whose weights the graph standardises, as PyTorch's exporters write NFNet. */
final class StandardizedWeightsTest {

  private static GraphBuilder graph(boolean training) {
    GraphBuilder graph = new GraphBuilder().opset(17);
    String x = graph.input("x", -1, 3, 6, 6);
    String weight = graph.weights(1, 8, 27);
    String mean = graph.node("ReduceMean", weight).list("axes", 0, 2).done();
    String rest = graph.add("Sub", weight, mean);
    String variance =
        graph.node("ReduceMean", graph.add("Mul", rest, rest)).list("axes", 0, 2).done();
    String standardized =
        graph
            .node(
                "BatchNormalization",
                weight,
                graph.weights(8),
                graph.weights(8),
                graph.add("Reshape", mean, graph.integers(8)),
                graph.add("Reshape", variance, graph.integers(8)))
            .set("epsilon", 1e-3f)
            .set("training_mode", training ? 1 : 0)
            .done();
    String kernel = graph.add("Reshape", standardized, graph.integers(8, 3, 3, 3));
    graph.output(graph.add("Conv", x, kernel));
    return graph;
  }

  /** ONNX Runtime has no training mode, whose mean and variance are those given otherwise. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void byTheirOwnMeanAndVariance(boolean training) throws Exception {
    Oracle.requireSame(graph(false), 2).close();
    try (OnnxModel given = graph(false).read();
        OnnxModel own = graph(training).read()) {
      float[] wanted = weight(given);
      float[] found = weight(own);
      assertEquals(wanted.length, found.length);
      for (int i = 0; i < wanted.length; i++) {
        assertEquals(wanted[i], found[i], 1e-5f);
      }
    }
  }

  private static float[] weight(OnnxModel model) {
    assertEquals(1, model.network().nodes().size());
    return model.network().nodes().getFirst().operator() instanceof Convolution convolution
        ? convolution.filter().weight().toArray()
        : new float[0];
  }

  @Test
  void whatIsNormalisedByTheImage() {
    GraphBuilder graph = new GraphBuilder().opset(17);
    String x = graph.input("x", -1, 3, 6, 6);
    String[] parts = new String[4];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = graph.weights(3);
    }
    graph.output(
        graph
            .node("BatchNormalization", x, parts[0], parts[1], parts[2], parts[3])
            .set("training_mode", 1)
            .done());
    OnnxUnsupportedException e = assertThrows(OnnxUnsupportedException.class, graph::read);
    assertTrue(String.valueOf(e.getMessage()).contains("training mode"), e.getMessage());
  }

  /**
   * What a file may have computed grows with the weights that it holds, and not with its claims.
   */
  @Test
  void asMuchAsTheFileHoldsWeightsFor() throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", -1, 1);
    String large = graph.add("ConstantOfShape", graph.integers((1 << 26) - 64));
    graph.output(
        graph.add(
            "Add",
            x,
            graph.add(
                "Add",
                graph.node("Gather", large, graph.integers(0)).done(),
                graph
                    .node("Gather", graph.add("Neg", graph.weights(1000)), graph.integers(0))
                    .done())));
    graph.read().close();
  }
}
