package dev.shiftwise.models.onnx;

import static dev.shiftwise.models.onnx.Faults.fault;
import static dev.shiftwise.models.onnx.Faults.refusal;
import static dev.shiftwise.models.onnx.Faults.requireContains;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.shiftwise.models.io.ModelFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and graphs that are broken or mean harm end in one clear error, soon. */
final class HostileModelTest {
  private static GraphBuilder relu() {
    GraphBuilder graph = new GraphBuilder();
    graph.output(graph.add("Relu", graph.input("x", -1, 3, 4, 4)));
    return graph;
  }

  // ---- the file ----

  @Test
  void whatIsNoModel() {
    requireContains("is this one?", fault(new byte[0]));
    requireContains("byte 3", fault("PK..a zip file".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void everyPrefixOfAModel() throws IOException {
    GraphBuilder builder = relu();
    builder.output(builder.add("Conv", "x", builder.weights(2, 3, 1, 1)));
    byte[] whole = builder.bytes();
    int read = 0;
    for (int length = 0; length < whole.length; length++) {
      byte[] prefix = Arrays.copyOf(whole, length);
      try (OnnxModel model =
          OnnxModel.of("model", MemorySegment.ofArray(prefix), OnnxOptions.none())) {
        read += model.network().nodes().size();
      } catch (ModelFormatException e) {
        assertEquals(1, String.valueOf(e.getMessage()).lines().count());
      }
    }
    assertEquals(0, read, "nodes of files cut off");
  }

  @Test
  void lengthsThatOverflow() {
    ByteBuffer bytes = ByteBuffer.allocate(12);
    bytes.put((byte) (7 << 3 | 2)).put(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
    requireContains("a length of 18446744073709551615", fault(bytes.array()));
  }

  @Test
  void nestingIsSteppedOver() {
    ByteString node = NodeProto.newBuilder().setOpType("If").build().toByteString();
    for (int depth = 0; depth < 1000; depth++) {
      // Of a node its attribute 5, of that its graph 6, of that its node 1.
      node = message(5, message(6, message(1, node)));
    }
    node =
        node.concat(
            NodeProto.newBuilder()
                .setOpType("If")
                .addInput("x")
                .addOutput("deep")
                .build()
                .toByteString());
    GraphBuilder builder = relu();
    builder.output("deep");
    ByteString graph = builder.graph().build().toByteString().concat(message(1, node));
    ByteString model =
        message(7, graph).concat(builder.model().toBuilder().clearGraph().build().toByteString());
    OnnxUnsupportedException e =
        assertThrows(
            OnnxUnsupportedException.class,
            () ->
                OnnxModel.of(
                    "model", MemorySegment.ofArray(model.toByteArray()), OnnxOptions.none()));
    requireContains("(If): the operator is not supported", String.valueOf(e.getMessage()));
  }

  private static ByteString message(int field, ByteString content) {
    ByteString.Output bytes = ByteString.newOutput();
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeBytes(field, content);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteString();
  }

  @Test
  void tooManyNodes() {
    GraphBuilder graph = relu();
    NodeProto node = NodeProto.newBuilder().setOpType("Relu").build();
    for (int i = 0; i <= 100_000; i++) {
      graph.graph().addNode(node);
    }
    requireContains("more than 100000 nodes", fault(graph));
  }

  @Test
  void manyNodesTakeLittleTime() {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 3, 4, 4);
    for (int i = 0; i < 5_000; i++) {
      x = graph.add("Relu", x);
    }
    graph.output(x);
    assertTimeout(Duration.ofSeconds(20), () -> graph.read().close());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 22, 999})
  void otherOperatorSets(int opset) {
    requireContains("operator set " + opset, fault(relu().opset(opset)));
  }

  // ---- the graph ----

  @Test
  void aCycle() {
    GraphBuilder graph = relu();
    graph.graph().addNode(node("Add", "a", "x", "b")).addNode(node("Relu", "b", "a"));
    graph.output("b");
    requireContains("a cycle among the nodes 'a', 'b'", fault(graph));
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(Arrays.asList(inputs))
        .addOutput(output)
        .build();
  }

  @Test
  void namesThatNothingMakes() {
    GraphBuilder graph = relu();
    graph.output(graph.add("Add", "x", "nowhere"));
    requireContains("'nowhere' read by", fault(graph));
    GraphBuilder other = relu();
    other.output("lost");
    requireContains("output 'lost'", fault(other));
  }

  @Test
  void namesMadeTwice() {
    GraphBuilder graph = relu();
    graph.graph().addNode(node("Relu", "x", "x"));
    requireContains("the name 'x' twice", fault(graph));
  }

  @Test
  void allThatCannotBeRunAtOnce() {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", -1, 3, 4, 4);
    String first = graph.add("Frobnicate", x);
    String second = graph.node("Conv", x, graph.weights(2, 2, 1, 1)).done();
    graph.graph().addNode(node("Gelu", "gelu", second).toBuilder().setDomain("com.example"));
    graph.output(graph.add("Relu", first));
    graph.output("gelu");
    OnnxUnsupportedException e = assertThrows(OnnxUnsupportedException.class, graph::read);
    assertEquals(3, e.refused().size(), e.getMessage());
    assertEquals("Frobnicate", e.refused().getFirst().operator());
    requireContains(
        "(Conv): its weight has dimensions [2, 2, 1, 1]", String.valueOf(e.getMessage()));
    requireContains("(com.example.Gelu)", String.valueOf(e.getMessage()));
  }

  @Test
  void attributesThatAreNotKnown() {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", -1, 3, 4, 4);
    graph.output(graph.node("Relu", x).set("leak", 1f).done());
    requireContains("attributes [leak] are not supported", refusal(graph));
  }
}
