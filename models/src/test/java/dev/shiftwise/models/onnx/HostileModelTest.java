package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.sun.management.ThreadMXBean;
import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.network.Dense;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are broken or mean harm end in one clear error, soon and in little memory. */
final class HostileModelTest {
  @TempDir Path folder;

  private static GraphBuilder relu() {
    GraphBuilder graph = new GraphBuilder();
    graph.output(graph.add("Relu", graph.input("x", -1, 3, 4, 4)));
    return graph;
  }

  private static String fault(byte[] bytes) {
    return String.valueOf(
        assertThrows(
                ModelFormatException.class,
                () -> OnnxModel.of("model", MemorySegment.ofArray(bytes), OnnxOptions.none()))
            .getMessage());
  }

  private static String fault(GraphBuilder graph) {
    return fault(graph.bytes());
  }

  private static String refusal(GraphBuilder graph) {
    return assertTimeout(
        Duration.ofSeconds(20),
        () ->
            String.valueOf(assertThrows(OnnxUnsupportedException.class, graph::read).getMessage()));
  }

  private static void requireContains(String part, String message) {
    assertTrue(message.contains(part), message);
    assertEquals(1, message.lines().count());
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

  // ---- sizes ----

  @Test
  void hugeInputs() {
    GraphBuilder graph = new GraphBuilder();
    graph.output(graph.add("Relu", graph.input("x", -1, 1 << 20, 1 << 20, 1 << 20)));
    requireContains("more than 2^27 elements", refusal(graph));
  }

  @ParameterizedTest
  @CsvSource({
    "Expand, 1 1 4294967296 4294967296",
    "Expand, 1 1 100000 100000",
    "Tile, 1 1 9223372036854775807 2",
    "Pad, 0 0 0 0 0 0 2147483647 2147483647",
    "Reshape, 1 -3 9223372036854775807 1",
    "Slice, 9223372036854775807 -9223372036854775808"
  })
  void hugeResults(String operator, String numbers) {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 1, 1, 1);
    long[] values = Arrays.stream(numbers.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    String y =
        operator.equals("Slice")
            ? graph.add(
                operator,
                x,
                graph.integers(values[0]),
                graph.integers(values[1]),
                graph.integers(2))
            : graph.add(operator, x, graph.integers(values));
    graph.output(y);
    refusal(graph);
  }

  @Test
  void hugeConstants() {
    for (long[] sizes : new long[][] {{1L << 40}, {1 << 15, 1 << 15, 1 << 15}, {-5}}) {
      GraphBuilder graph = new GraphBuilder();
      String x = graph.input("x", 1, 4);
      graph.output(graph.add("Add", x, graph.add("ConstantOfShape", graph.integers(sizes))));
      refusal(graph);
    }
  }

  @Test
  void manyLargeConstants() {
    GraphBuilder graph = new GraphBuilder();
    String sum = graph.input("x", 1, 1);
    for (int i = 0; i < 200; i++) {
      String large = graph.add("ConstantOfShape", graph.integers(1 << 24));
      String one = graph.node("Gather", large, graph.integers(i)).done();
      sum = graph.add("Add", sum, one);
    }
    graph.output(sum);
    requireContains("more than 2^26 elements together", refusal(graph));
  }

  @Test
  void namesDoNotGrowWithAChain() throws IOException {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 1, 3000, 2000);
    for (int i = 0; i < 50; i++) {
      x = graph.node("Transpose", x).list("perm", 0, 1, 3, 2).done();
    }
    graph.output(x);
    try (OnnxModel model = graph.read()) {
      model
          .network()
          .nodes()
          .forEach(node -> assertTrue(node.output().name().length() < 20, node.output().name()));
    }
  }

  @Test
  void manyNodesOfOneName() throws IOException {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 1);
    for (int i = 0; i < 50_000; i++) {
      x = graph.add("Sigmoid", x);
    }
    graph.output(x);
    graph.graph().getNodeBuilderList().forEach(node -> node.setName("same"));
    try (OnnxModel model = assertTimeout(Duration.ofSeconds(20), () -> graph.read())) {
      assertEquals("same.50000", model.network().nodes().getLast().output().name());
    }
  }

  @Test
  void manyLargeMoves() throws IOException {
    // Each is followed or carried out, but not both for ever.
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 32, 128, 128);
    for (int i = 0; i < 600; i++) {
      x = graph.node("Transpose", x).list("perm", 0, 1, 3, 2).done();
    }
    graph.output(x);
    try (OnnxModel model = assertTimeout(Duration.ofSeconds(20), () -> graph.read())) {
      assertEquals(1, model.outputs().size());
    }
  }

  /**
   * Tables that stay, or would be made before anybody counts: refused after a few hundred MiB. The
   * garbage of a node or two comes on top.
   */
  @ParameterizedTest
  @ValueSource(strings = {"Slice", "Transpose", "Pad", "Reshape", "Resize", "Expand"})
  void manyLargeTables(String operator) {
    GraphBuilder graph = new GraphBuilder();
    int size = 1 << 23;
    String x = graph.input("x", 1, 1, 1, size);
    for (int i = 0; i < 100; i++) {
      x =
          switch (operator) {
            case "Slice" ->
                graph.add(
                    "Slice",
                    x,
                    graph.integers(-1),
                    graph.integers(Long.MIN_VALUE),
                    graph.integers(3),
                    graph.integers(-1));
            case "Transpose" -> graph.node("Transpose", x).list("perm", 0, 3, 1, 2).done();
            case "Pad" -> graph.add("Pad", x, graph.integers(0, 0, 0, 1, 0, 0, 0, -1));
            case "Reshape" ->
                graph.add(
                    "Softmax",
                    graph.add("Reshape", x, graph.integers(1, i % 2 == 0 ? 2 : 1, 1, -1)));
            case "Resize" ->
                graph
                    .node("Resize", x, "", "", graph.integers(1, 1, 1, size - i))
                    .set("mode", "linear")
                    .done();
            default ->
                graph.add(
                    "Expand",
                    graph.node("ReduceMax", x).list("axes", 3).done(),
                    graph.integers(1, 1, 1, size));
          };
    }
    graph.output(x);
    long before = allocated();
    String message = refusal(graph);
    assertTrue(message.contains("more than 2^26"), message);
    assertTrue(allocated() - before < 3L << 30, ((allocated() - before) >> 20) + " MiB");
  }

  /** Bytes that this thread has ever asked for: no more than that can have been alive. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  @ParameterizedTest
  @CsvSource({"-1 3", "2 4611686018427387904 4", "2147483648 0", "3 3"})
  void initialisersThatAreNotThere(String sizes) {
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 3);
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName("w").setDataType(TensorProto.DataType.FLOAT.getNumber());
    Arrays.stream(sizes.split(" ", -1)).mapToLong(Long::parseLong).forEach(tensor::addDims);
    graph.graph().addInitializer(tensor);
    graph.output(graph.add("MatMul", x, "w"));
    requireContains("initializer 'w'", fault(graph));
  }

  // ---- external data ----

  private String external(Map<String, String> entries) throws IOException {
    Path inner = Files.createDirectories(folder.resolve("model"));
    Files.write(folder.resolve("secret"), new byte[64]);
    Files.write(inner.resolve("weights"), new byte[64]);
    Path link = inner.resolve("link");
    if (!Files.exists(link)) {
      Files.createSymbolicLink(link, folder.resolve("secret"));
    }
    GraphBuilder graph = new GraphBuilder();
    String x = graph.input("x", 1, 3);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addDims(3)
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    entries.forEach(
        (key, value) ->
            tensor.addExternalData(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    graph.graph().addInitializer(tensor);
    graph.output(graph.add("MatMul", x, "w"));
    Path file = inner.resolve("model.onnx");
    ModelProto model = graph.model();
    Files.write(file, model.toByteArray());
    try (OnnxModel read = OnnxModel.read(file)) {
      return "read " + read.network().nodes().size();
    } catch (ModelFormatException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../secret", "a/../../secret", "/etc/hostname", "link", "", "\u0000", "no"})
  void externalDataStaysInTheFolder(String location) throws IOException {
    String message = external(Map.of("location", location, "length", "24"));
    requireContains("initializer 'w'", message);
    requireContains("external data", message);
  }

  @ParameterizedTest
  @CsvSource({"65, 24", "-1, 24", "44, 24", "0, 9223372036854775807", "0, 23", "x, 24"})
  void externalDataInsideItsFile(String offset, String length) throws IOException {
    requireContains(
        "initializer 'w'",
        external(Map.of("location", "weights", "offset", offset, "length", length)));
  }

  @Test
  void externalDataThatIsThere() throws IOException {
    assertEquals("read 1", external(Map.of("location", "weights", "offset", "40", "length", "24")));
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
