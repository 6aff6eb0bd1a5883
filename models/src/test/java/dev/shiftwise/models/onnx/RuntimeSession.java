package dev.shiftwise.models.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.shiftwise.models.NamedNetwork;
import dev.shiftwise.models.networks.Architecture;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model in ONNX Runtime, on dense arrays. */
final class RuntimeSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  RuntimeSession(byte[] model) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session = environment.createSession(model, options);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  /** Runs the model and returns its outputs of float32 by name. */
  Map<String, Tensor> run(Map<String, Tensor> inputs) {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        Tensor values = input.getValue();
        long[] dimensions = values.dimensions().stream().mapToLong(Long::longValue).toArray();
        tensors.put(
            input.getKey(),
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(values.toArray()), dimensions));
      }
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(tensors)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          OnnxTensor tensor = (OnnxTensor) output.getValue();
          FloatBuffer buffer = tensor.getFloatBuffer();
          float[] data = new float[buffer.remaining()];
          buffer.get(data);
          outputs.put(output.getKey(), Tensor.of(data, tensor.getInfo().getShape()));
        }
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /** Runs a model of one input and one output. */
  float[] run(float[] input, long... dimensions) {
    String name = session.getInputNames().iterator().next();
    return run(Map.of(name, Tensor.of(input, dimensions))).values().iterator().next().toArray();
  }

  /** Returns what ONNX Runtime makes of a network by name, exported. */
  static float[] logits(NamedNetwork network) {
    Shape shape = network.network().input(Architecture.INPUT).shape();
    byte[] file = OnnxExport.toBytes(network.network(), OnnxExport.Shifts.CONVOLVED);
    try (RuntimeSession session = new RuntimeSession(file)) {
      return session.run(network.image(), 1, shape.channels(), shape.height(), shape.width());
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }
}
