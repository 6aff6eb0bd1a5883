package dev.shiftwise.bench;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.shiftwise.models.onnx.OnnxExport;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
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

  private OnnxSession(Opening opening, Network network, int batch, int threads) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = opening.open(environment, options);
      Value in = network.inputs().getFirst();
      Map.Entry<String, Operand> out = network.outputs().entrySet().iterator().next();
      source = direct(batch, in.shape());
      result = direct(batch, out.getValue().shape());
      input =
          OnnxTensor.createTensor(
              environment,
              source,
              dimensions(session.getInputInfo(), in.name(), batch, source.capacity()));
      output =
          OnnxTensor.createTensor(
              environment,
              result,
              dimensions(session.getOutputInfo(), out.getKey(), batch, result.capacity()));
      inputs = Map.of(in.name(), input);
      outputs = Map.of(out.getKey(), output);
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** How a session gets its model. */
  @FunctionalInterface
  private interface Opening {
    OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options)
        throws OrtException;
  }

  /** Opens a network, written as ONNX. */
  static OnnxSession of(Network network, int batch, int threads) {
    byte[] model = OnnxExport.toBytes(network, OnnxExport.Shifts.CONVOLVED);
    return new OnnxSession(
        (environment, options) -> {
          // A batch that is known lets it plan its memory ahead, as the backends do.
          options.setSymbolicDimensionValue(OnnxExport.BATCH, batch);
          return environment.createSession(model, options);
        },
        network,
        batch,
        threads);
  }

  /** Opens a file as it is, from which a network was read. */
  static OnnxSession of(Path file, Network network, int batch, int threads) {
    return new OnnxSession(
        (environment, options) -> environment.createSession(file.toString(), options),
        network,
        batch,
        threads);
  }

  /** Returns the dimensions that hold so many values, with the batch where the first is open. */
  private static long[] dimensions(
      Map<String, NodeInfo> ports, String name, int batch, long elements) {
    NodeInfo port = ports.get(name);
    if (port == null || !(port.getInfo() instanceof TensorInfo info)) {
      throw new PeerException("it has no tensor '" + name + "', but " + ports.keySet(), null);
    }
    long[] dimensions = info.getShape();
    if (dimensions.length > 0 && dimensions[0] < 0) {
      dimensions[0] = batch;
    }
    if (Arrays.stream(dimensions).reduce(1, (a, b) -> a * b) != elements) {
      throw new PeerException(
          "'"
              + name
              + "' is "
              + Arrays.toString(info.getShape())
              + " there, wanted a batch of "
              + batch,
          null);
    }
    return dimensions;
  }

  /**
   * Loads the native library.
   *
   * @throws LinkageError if it or a class is missing
   */
  static void load() {
    Objects.requireNonNull(OrtEnvironment.getEnvironment());
  }

  static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
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
  public void close() {
    input.close();
    output.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static PeerException failed(OrtException e) {
    return new PeerException("ONNX Runtime failed: " + e.getMessage(), e);
  }
}
