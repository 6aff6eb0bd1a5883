package dev.shiftwise.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Builds ONNX graphs by hand, a node a call; -1 as a dimension is left open. */
final class GraphBuilder {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("graph");
  private final Random random = new Random(5);
  private int opset = 17;
  private int fresh;

  GraphBuilder opset(int version) {
    opset = version;
    return this;
  }

  GraphProto.Builder graph() {
    return graph;
  }

  /** Declares an input. */
  String input(String name, long... dimensions) {
    graph.addInput(info(name, TensorProto.DataType.FLOAT, dimensions));
    return name;
  }

  /** Declares an output. */
  void output(String name) {
    graph.addOutput(ValueInfoProto.newBuilder().setName(name));
  }

  static ValueInfoProto info(String name, TensorProto.DataType type, long... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : dimensions) {
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      if (size == -1) {
        dimension.setDimParam("N");
      } else {
        dimension.setDimValue(size);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  /** Adds integers as an initialiser. */
  String integers(long... values) {
    String name = "i" + fresh++;
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds floats as an initialiser; without dimensions one number is a scalar. */
  String floats(float[] values, long... dimensions) {
    String name = "f" + fresh++;
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(raw));
    Arrays.stream(dimensions).forEach(tensor::addDims);
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds one number. */
  String number(float value) {
    return floats(new float[] {value});
  }

  /** Adds small random weights. */
  String weights(long... dimensions) {
    int count = 1;
    for (long size : dimensions) {
      count = Math.toIntExact(count * size);
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return floats(values, dimensions);
  }

  /** A node under construction. */
  final class NodeBuilder {
    private final NodeProto.Builder node;

    private NodeBuilder(NodeProto.Builder node) {
      this.node = node;
    }

    NodeBuilder set(String name, long value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.INT)
              .setI(value));
      return this;
    }

    NodeBuilder set(String name, float value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.FLOAT)
              .setF(value));
      return this;
    }

    NodeBuilder set(String name, String value) {
      node.addAttribute(
          AttributeProto.newBuilder()
              .setName(name)
              .setType(AttributeProto.AttributeType.STRING)
              .setS(ByteString.copyFromUtf8(value)));
      return this;
    }

    NodeBuilder list(String name, long... values) {
      AttributeProto.Builder list =
          AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
      Arrays.stream(values).forEach(list::addInts);
      node.addAttribute(list);
      return this;
    }

    /** Adds the node to the graph and returns its first output's name. */
    String done() {
      graph.addNode(node);
      return node.getOutput(0);
    }

    /** Adds the node with more outputs and returns all their names. */
    String[] done(int outputs) {
      for (int i = 1; i < outputs; i++) {
        node.addOutput(node.getOutput(0) + "_" + i);
      }
      graph.addNode(node);
      return node.getOutputList().toArray(String[]::new);
    }
  }

  /** Starts a node. */
  NodeBuilder node(String operator, String... inputs) {
    String name = operator + fresh++;
    return new NodeBuilder(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(name)
            .addAllInput(Arrays.asList(inputs))
            .addOutput(name + "_out"));
  }

  /** Adds a node without attributes. */
  String add(String operator, String... inputs) {
    return node(operator, inputs).done();
  }

  ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .build();
  }

  byte[] bytes() {
    return model().toByteArray();
  }

  /** Reads the model. */
  OnnxModel read() throws IOException {
    return read(OnnxOptions.none());
  }

  OnnxModel read(OnnxOptions options) throws IOException {
    return OnnxModel.of("test", MemorySegment.ofArray(bytes()), options);
  }
}
