package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Compares what a graph means here, by the kit's evaluator, with what ONNX Runtime makes of it. */
final class Oracle {
  private Oracle() {}

  /** Reads a graph, requires equal values for some images, and returns the model. */
  static OnnxModel requireSame(GraphBuilder builder, int batch) throws IOException, OrtException {
    OnnxModel model = builder.read();
    Map<String, float[]> inputs = new HashMap<>();
    Map<String, long[]> dimensions = new HashMap<>();
    Random random = new Random(11);
    for (OnnxModel.Port port : model.inputs()) {
      long[] dims = port.dimensions().stream().mapToLong(Integer::longValue).toArray();
      if (port.batched()) {
        dims[0] *= batch;
      }
      int count = 1;
      for (long size : dims) {
        count = Math.toIntExact(count * size);
      }
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.nextGaussian() * 3;
      }
      inputs.put(port.name(), values);
      dimensions.put(port.name(), dims);
    }
    Map<String, float[]> wanted = runtime(builder.bytes(), inputs, dimensions);
    Map<String, int[]> bits = new HashMap<>();
    inputs.forEach(
        (name, values) -> {
          int[] raw = new int[values.length];
          for (int i = 0; i < raw.length; i++) {
            raw[i] = Float.floatToRawIntBits(values[i]);
          }
          bits.put(name, raw);
        });
    int images = model.inputs().getFirst().batched() ? batch : 1;
    Map<String, List<RealImage>> found = ReferenceEvaluator.evaluate(model.network(), bits, images);
    wanted.forEach(
        (name, values) -> requireSame(name, found.getOrDefault(name, List.of()), values));
    return model;
  }

  private static void requireSame(String name, List<RealImage> found, float[] wanted) {
    double largest = 1e-6;
    for (float value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    int at = 0;
    for (RealImage image : found) {
      for (int i = 0; i < image.shape().elements(); i++, at++) {
        assertEquals(wanted[at], image.value(i), 1e-5 * largest, name + " at " + at);
      }
    }
    assertEquals(wanted.length, at, name + "'s elements");
  }

  static Map<String, float[]> runtime(
      byte[] model, Map<String, float[]> inputs, Map<String, long[]> dimensions)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, float[]> made = new HashMap<>();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(model, options)) {
      for (Map.Entry<String, float[]> input : inputs.entrySet()) {
        tensors.put(
            input.getKey(),
            OnnxTensor.createTensor(
                environment,
                FloatBuffer.wrap(input.getValue()),
                dimensions.getOrDefault(input.getKey(), new long[0])));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
          if (output.getValue() instanceof OnnxTensor tensor) {
            FloatBuffer buffer = tensor.getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            made.put(output.getKey(), values);
          }
        }
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
    return made;
  }
}
