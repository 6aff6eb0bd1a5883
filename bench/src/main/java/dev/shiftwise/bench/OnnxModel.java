package dev.shiftwise.bench;

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
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Writes networks of pointwise convolutions, with ReLU or without and with no shift, as ONNX. */
final class OnnxModel {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;

  private final GraphProto.Builder graph;
  private final String outputName;
  private final Value output;

  private OnnxModel(Network network) {
    graph = GraphProto.newBuilder().setName(network.name());
    Map.Entry<String, Operand> last = network.outputs().entrySet().iterator().next();
    outputName = last.getKey();
    output = whole(last.getValue());
  }

  /**
   * Writes a network of one input and one output.
   *
   * @throws IllegalArgumentException if a node is something else
   */
  static ModelProto of(Network network, int batch) {
    OnnxModel model = new OnnxModel(network);
    Value input = network.inputs().getFirst();
    model.graph.addInput(info(input.name(), batch, input.shape()));
    network.nodes().forEach(model::add);
    model.graph.addOutput(info(model.outputName, batch, model.output.shape()));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setGraph(model.graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .build();
  }

  private void add(Node node) {
    if (!(node.operator() instanceof PointwiseConvolution convolution)
        || node.inputs().size() != 1
        || convolution.stride() != 1
        || !List.of(Activation.NONE, Activation.RELU).contains(convolution.activation())) {
      throw new IllegalArgumentException(
          node + " cannot be written, wanted a pointwise convolution with ReLU at most");
    }
    String from = name(whole(node.inputs().getFirst()));
    boolean relu = convolution.activation().equals(Activation.RELU);
    String convolved = relu ? node.name() + ".sum" : name(node.output());
    int outputs = convolution.filter().outputs();
    int weights = convolution.filter().weightsPerOutput();
    graph.addInitializer(
        tensor(node.name() + ".w", convolution.filter().foldedWeight(), outputs, weights, 1, 1));
    graph.addInitializer(tensor(node.name() + ".b", convolution.filter().foldedBias(), outputs));
    graph.addNode(
        node("Conv", from, convolved)
            .addInput(node.name() + ".w")
            .addInput(node.name() + ".b")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("group")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(convolution.groups())));
    if (relu) {
      graph.addNode(node("Relu", convolved, name(node.output())));
    }
  }

  /** The output goes by the network's name for it, so that nothing has to be copied at the end. */
  private String name(Value value) {
    return value.equals(output) ? outputName : value.name();
  }

  private static Value whole(Operand operand) {
    if (!operand.steps().isEmpty()) {
      throw new IllegalArgumentException(operand + " cannot be written, wanted a whole value");
    }
    return operand.value();
  }

  private static NodeProto.Builder node(String operator, String input, String output) {
    return NodeProto.newBuilder().setOpType(operator).addInput(input).addOutput(output);
  }

  private static TensorProto tensor(String name, float[] values, long... dimensions) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(raw));
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    return tensor.build();
  }

  /** Returns the dimensions of that many images. */
  static long[] dimensions(int batch, Shape shape) {
    return new long[] {batch, shape.channels(), shape.height(), shape.width()};
  }

  private static ValueInfoProto info(String name, int batch, Shape shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long size : dimensions(batch, shape)) {
      dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(dimensions)))
        .build();
  }
}
