package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.PointwiseConvolution;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Whole small networks as exporters write them, against ONNX Runtime; weights stay in the file. */
final class OnnxModelTest {

  private static String normalised(GraphBuilder graph, String x, long channels) {
    float[] ones = new float[(int) channels];
    java.util.Arrays.fill(ones, 0.7f);
    return graph.add(
        "BatchNormalization",
        x,
        graph.weights(channels),
        graph.weights(channels),
        graph.weights(channels),
        graph.floats(ones, channels));
  }

  @Test
  void aConvolutionalNetworkOfAnyBatch() throws Exception {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", -1, 3, 12, 10);
    String stem =
        graph
            .node("Conv", x, graph.weights(8, 3, 3, 3), graph.weights(8))
            .list("strides", 2, 2)
            .list("pads", 1, 1, 1, 1)
            .done();
    String act = graph.add("Relu", normalised(graph, stem, 8));
    String main = normalised(graph, graph.add("Conv", act, graph.weights(8, 8, 1, 1)), 8);
    String sum = graph.add("Relu", graph.add("Add", main, act));
    String pooled = graph.add("GlobalAveragePool", sum);
    String shape = graph.add("Shape", pooled);
    String first = graph.node("Gather", shape, graph.integers(0)).set("axis", 0).done();
    String target = graph.node("Concat", first, graph.integers(-1)).set("axis", 0).done();
    String flat = graph.add("Reshape", pooled, target);
    String dense =
        graph.node("Gemm", flat, graph.weights(5, 8), graph.weights(5)).set("transB", 1).done();
    graph.output(graph.node("Softmax", dense).set("axis", 1).done());
    try (OnnxModel model = Oracle.requireSame(graph, 3)) {
      assertEquals("x Nx3x12x10", model.inputs().getFirst().toString());
      assertTrue(model.outputs().getFirst().toString().endsWith(" Nx5"));
      assertEquals(5, model.network().nodes().size(), model.network().toString());
      assertTrue(
          model.network().nodes().getFirst().operator() instanceof Convolution convolution
              && convolution.activation().equals(Activation.RELU)
              && convolution.filter().norm() != null);
      assertTrue(
          model.network().nodes().get(1).operator() instanceof PointwiseConvolution pointwise
              && pointwise.activation().equals(Activation.RELU));
      assertEquals(2, model.network().nodes().get(1).inputs().size());
    }
  }

  @Test
  void rawDataIsLittleEndianAndNotCopied() throws IOException {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 2);
    graph.output(
        graph
            .node("Gemm", x, graph.floats(new float[] {1, 2, 3, 4}, 2, 2))
            .set("transB", 1)
            .done());
    byte[] bytes = graph.bytes();
    MemorySegment file = MemorySegment.ofArray(bytes);
    try (OnnxModel model = OnnxModel.of("model", file, OnnxOptions.none())) {
      ByteBuffer pattern =
          ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2);
      assertTrue(
          new String(bytes, StandardCharsets.ISO_8859_1)
              .contains(new String(pattern.array(), 0, 8, StandardCharsets.ISO_8859_1)));
      var dense = (Dense) model.network().nodes().getFirst().operator();
      assertEquals(2f, dense.filter().weight().get(1));
      assertTrue(file.asOverlappingSlice(dense.filter().weight().data()).isPresent());
    }
  }
}
