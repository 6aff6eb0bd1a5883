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
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/**
 * The same chain without shifts in ONNX Runtime: one thread, all graph optimisations, input and
 * output bound once to direct buffers.
 */
final class OnnxChain implements AutoCloseable {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;

  private final OrtSession session;
  private final OnnxTensor input;
  private final OnnxTensor output;
  private final FloatBuffer result;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  OnnxChain(KernelShape shape) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(model(shape).toByteArray(), options);
    }
    float[] values = shape.input();
    long[] dimensions = {shape.batch(), shape.channels(), shape.height(), shape.width()};
    FloatBuffer source = direct(values.length);
    source.put(0, values);
    result = direct(values.length);
    input = OnnxTensor.createTensor(environment, source, dimensions);
    output = OnnxTensor.createTensor(environment, result, dimensions);
    inputs = Map.of("x", input);
    outputs = Map.of("y", output);
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private static ModelProto model(KernelShape shape) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("chain");
    String current = "x";
    for (int layer = 0; layer < KernelShape.LAYERS; layer++) {
      graph.addInitializer(
          tensor("w" + layer, shape.weight(layer), shape.channels(), shape.inputsOfGroup(), 1, 1));
      graph.addInitializer(tensor("b" + layer, shape.bias(layer), shape.channels()));
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Conv")
              .addInput(current)
              .addInput("w" + layer)
              .addInput("b" + layer)
              .addOutput("c" + layer)
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("group")
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(shape.groups()))
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("kernel_shape")
                      .setType(AttributeProto.AttributeType.INTS)
                      .addInts(1)
                      .addInts(1)));
      current = layer == KernelShape.LAYERS - 1 ? "y" : "r" + layer;
      graph.addNode(
          NodeProto.newBuilder().setOpType("Relu").addInput("c" + layer).addOutput(current));
    }
    graph.addInput(value("x", shape)).addOutput(value("y", shape));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .build();
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

  private static ValueInfoProto value(String name, KernelShape shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long size : new long[] {shape.batch(), shape.channels(), shape.height(), shape.width()}) {
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

  void run() {
    try {
      session.run(inputs, Set.of(), outputs, null).close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }

  /** Returns the last run's results. */
  float[] result() {
    float[] values = new float[result.capacity()];
    result.get(0, values);
    return values;
  }

  @Override
  public void close() throws OrtException {
    input.close();
    output.close();
    session.close();
  }
}
