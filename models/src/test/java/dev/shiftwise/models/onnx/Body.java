package dev.shiftwise.models.onnx;

import org.junit.jupiter.api.DynamicTest;

/** What a graph makes of its input {@code x}, which is N x 6 x 4 x 5. */
@FunctionalInterface
interface Body {
  /** Adds nodes and returns the name of the output. */
  String write(GraphBuilder graph, String x);

  /** Makes the graph. */
  default GraphBuilder graph(int opset) {
    GraphBuilder graph = new GraphBuilder().opset(opset);
    graph.output(write(graph, graph.input("x", -1, 6, 4, 5)));
    return graph;
  }

  /** Returns a test of the graph on two images, against ONNX Runtime. */
  static DynamicTest test(String name, int opset, Body body) {
    return DynamicTest.dynamicTest(name, () -> Oracle.requireSame(body.graph(opset), 2).close());
  }
}
