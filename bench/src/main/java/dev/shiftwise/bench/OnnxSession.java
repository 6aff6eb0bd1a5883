package dev.shiftwise.bench;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A network in ONNX Runtime: all graph optimisations, input and output bound once to direct
 * buffers.
 */
final class OnnxSession implements Engine.Compiled {
  private final OrtSession session;
  private final FloatBuffer source;
  private final FloatBuffer result;
  private final OnnxTensor input;
  private final OnnxTensor output;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> outputs;

  OnnxSession(Network network, int batch, int threads) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(OnnxModel.of(network, batch).toByteArray(), options);
      Value in = network.inputs().getFirst();
      Map.Entry<String, Operand> out = network.outputs().entrySet().iterator().next();
      Shape made = out.getValue().shape();
      source = direct(batch, in.shape());
      result = direct(batch, made);
      input = OnnxTensor.createTensor(environment, source, OnnxModel.dimensions(batch, in.shape()));
      output = OnnxTensor.createTensor(environment, result, OnnxModel.dimensions(batch, made));
      inputs = Map.of(in.name(), input);
      outputs = Map.of(out.getKey(), output);
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /**
   * Loads the native library and the classes that write models.
   *
   * @throws LinkageError if it or a class is missing
   */
  static void load() {
    Objects.requireNonNull(OrtEnvironment.getEnvironment());
    Objects.requireNonNull(ModelProto.getDefaultInstance());
  }

  private static FloatBuffer direct(int batch, Shape shape) {
    return ByteBuffer.allocateDirect(Math.toIntExact(batch * shape.elements() * Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  @Override
  public void setInput(float[] images) {
    source.put(0, images);
  }

  @Override
  public void run() {
    try {
      session.run(inputs, Set.of(), outputs, null).close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  @Override
  public float[] output() {
    float[] values = new float[result.capacity()];
    result.get(0, values);
    return values;
  }

  @Override
  public int plannedCopies() {
    return 0;
  }

  @Override
  public long slabBytes() {
    return 0;
  }

  @Override
  public void close() {
    input.close();
    output.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(OrtException e) {
    return new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
  }
}
