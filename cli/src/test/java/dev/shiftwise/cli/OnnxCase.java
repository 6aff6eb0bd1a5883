package dev.shiftwise.cli;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Bindings;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.models.io.ModelFormatException;
import dev.shiftwise.models.onnx.OnnxModel;
import dev.shiftwise.models.onnx.OnnxOptions;
import dev.shiftwise.models.onnx.OnnxUnsupportedException;
import dev.shiftwise.models.onnx.OnnxUnsupportedException.Refused;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.FeatureMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One of ONNX's own test cases: a model, and recorded inputs and outputs.
 *
 * <p>Weights, bounds, shapes and axes are inputs in these models. So a model is first read as it
 * is; where that is refused it is read once more with a constant in place of every input but the
 * first, of the types that can be given. What the second reading says counts.
 *
 * @param name such as {@code node/test_relu}
 * @param folder where its files are
 */
record OnnxCase(String name, Path folder) {
  /** The tolerances of ONNX's own runner. */
  private static final double RELATIVE = 1e-3;

  private static final double ABSOLUTE = 1e-7;

  /** What became of reading a case: a model, or why there is none. */
  sealed interface Reading {
    /** Returns it as the list of all cases has it. */
    String verdict();
  }

  /** It can be run; whoever asked for it closes the model. */
  record Read(OnnxModel model) implements Reading {
    @Override
    public String verdict() {
      return "run";
    }
  }

  /** It cannot be run. */
  record NotRead(String verdict) implements Reading {}

  /** Returns all cases in a folder, by name. */
  static List<OnnxCase> all(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root, 3)) {
      return files
          .filter(file -> file.endsWith("model.onnx"))
          .map(Path::getParent)
          .sorted()
          .map(folder -> new OnnxCase(root.relativize(folder).toString(), folder))
          .toList();
    }
  }

  private Path model() {
    return folder.resolve("model.onnx");
  }

  private GraphProto graph() throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(model())).getGraph();
  }

  private TensorProto tensor(String direction, int index) throws IOException {
    Path file = folder.resolve("test_data_set_0").resolve(direction + "_" + index + ".pb");
    return TensorProto.parseFrom(Files.readAllBytes(file));
  }

  /** Reads the model. */
  Reading read() throws IOException {
    try {
      return new Read(OnnxModel.read(model()));
    } catch (OnnxUnsupportedException | ModelFormatException e) {
      OnnxOptions constants = constants();
      return constants.equals(OnnxOptions.none()) ? new NotRead(verdict(e)) : readWith(constants);
    }
  }

  private Reading readWith(OnnxOptions options) throws IOException {
    try {
      return new Read(OnnxModel.read(model(), options));
    } catch (OnnxUnsupportedException | ModelFormatException e) {
      return new NotRead(verdict(e));
    }
  }

  /** Returns what was found; what was wanted is left out. */
  private String verdict(IOException e) {
    String verdict;
    if (e instanceof OnnxUnsupportedException unsupported) {
      Refused first = unsupported.refused().getFirst();
      verdict = "refused: " + first.operator() + ": " + first.reason();
    } else {
      verdict = "rejected: " + String.valueOf(e.getMessage()).replace(model() + ": ", "");
    }
    int wanted = verdict.indexOf(", wanted");
    return wanted < 0 ? verdict : verdict.substring(0, wanted);
  }

  /** Returns the inputs that are not initialisers, in order. */
  private static List<ValueInfoProto> inputs(GraphProto graph) {
    Set<String> initialised =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    return graph.getInputList().stream()
        .filter(input -> !initialised.contains(input.getName()))
        .toList();
  }

  private OnnxOptions constants() throws IOException {
    OnnxOptions options = OnnxOptions.none();
    List<ValueInfoProto> inputs = inputs(graph());
    for (int i = 1; i < inputs.size(); i++) {
      ValueInfoProto input = inputs.get(i);
      if (!input.getType().hasTensorType()) {
        continue;
      }
      TensorProto tensor = tensor("input", i);
      switch (TensorProto.DataType.forNumber(tensor.getDataType())) {
        case FLOAT ->
            options =
                options.withConstant(
                    input.getName(), Tensor.of(floats(tensor), dimensions(tensor)));
        case INT64, INT32, BOOL ->
            options =
                options.withConstant(
                    input.getName(),
                    integers(tensor),
                    tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray());
        case null, default -> {}
      }
    }
    return options;
  }

  private static long[] dimensions(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  private static float[] floats(TensorProto tensor) {
    if (tensor.getRawData().isEmpty()) {
      float[] values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
      return values;
    }
    float[] values = new float[tensor.getRawData().size() / Float.BYTES];
    raw(tensor).asFloatBuffer().get(values);
    return values;
  }

  private static long[] integers(TensorProto tensor) {
    ByteBuffer raw = raw(tensor);
    boolean stands = raw.hasRemaining();
    boolean wide = tensor.getDataType() == TensorProto.DataType.INT64.getNumber();
    boolean narrow = tensor.getDataType() == TensorProto.DataType.BOOL.getNumber();
    int elements = 1;
    for (long size : dimensions(tensor)) {
      elements = Math.toIntExact(elements * size);
    }
    long[] values = new long[elements];
    for (int i = 0; i < elements; i++) {
      if (wide) {
        values[i] = stands ? raw.getLong() : tensor.getInt64Data(i);
      } else if (stands) {
        values[i] = narrow ? raw.get() : raw.getInt();
      } else {
        values[i] = tensor.getInt32Data(i);
      }
    }
    return values;
  }

  /** True as 1 and false as 0. */
  private static float[] numbers(TensorProto tensor) {
    long[] integers = integers(tensor);
    float[] numbers = new float[integers.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integers[i];
    }
    return numbers;
  }

  private static ByteBuffer raw(TensorProto tensor) {
    return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Runs a model of this case and compares every output with the recorded one.
   *
   * @return what is wrong; empty if nothing is
   */
  String run(Backend backend, OnnxModel model) throws IOException {
    Map<String, TensorProto> given = new HashMap<>();
    GraphProto graph = graph();
    List<ValueInfoProto> inputs = inputs(graph);
    for (int i = 0; i < inputs.size(); i++) {
      String input = inputs.get(i).getName();
      if (model.inputs().stream().anyMatch(port -> port.name().equals(input))) {
        given.put(input, tensor("input", i));
      }
    }
    int batch = batch(model, given);
    Map<String, FeatureMap> made = new LinkedHashMap<>();
    try (Session session =
        backend.compile(
            model.network(), CompileOptions.DEFAULT.withMaxBatch(batch).withWarmUp(false))) {
      Bindings bindings = session.bind();
      for (Value input : model.network().inputs()) {
        float[] values = floats(wanted(given, input.name()));
        bindings.input(input.name(), FeatureMap.of(values, batch, input.shape()));
      }
      model
          .network()
          .outputs()
          .forEach(
              (output, operand) -> {
                Shape shape = operand.shape();
                float[] room = new float[Math.toIntExact(batch * shape.elements())];
                made.put(output, FeatureMap.of(room, batch, shape));
                bindings.output(output, made.get(output));
              });
      session.run(bindings);
    }
    StringBuilder wrong = new StringBuilder();
    for (int i = 0; i < graph.getOutputCount(); i++) {
      String output = graph.getOutput(i).getName();
      FeatureMap found = made.get(output);
      if (found == null) {
        wrong.append("no output ").append(output);
        continue;
      }
      OnnxModel.Port port =
          model.outputs().stream().filter(o -> o.name().equals(output)).findFirst().orElseThrow();
      wrong.append(difference(port, batch, found.toArray(), tensor("output", i)));
    }
    return wrong.toString();
  }

  private static TensorProto wanted(Map<String, TensorProto> given, String name) {
    TensorProto tensor = given.get(name);
    if (tensor == null) {
      throw new IllegalStateException("no recorded input '" + name + "'");
    }
    return tensor;
  }

  private static int batch(OnnxModel model, Map<String, TensorProto> given) {
    OnnxModel.Port first = model.inputs().getFirst();
    return first.batched()
        ? Math.toIntExact(wanted(given, first.name()).getDims(0) / first.dimensions().getFirst())
        : 1;
  }

  private static String difference(
      OnnxModel.Port port, int batch, float[] found, TensorProto recorded) {
    boolean isBool = recorded.getDataType() == TensorProto.DataType.BOOL.getNumber();
    if (!isBool && recorded.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
      return port.name() + " is neither FLOAT nor BOOL";
    }
    List<Long> dimensions =
        Stream.iterate(0, i -> i < port.dimensions().size(), i -> i + 1)
            .map(i -> (long) port.dimensions().get(i) * (i == 0 && port.batched() ? batch : 1))
            .toList();
    if (!dimensions.equals(recorded.getDimsList())) {
      return port.name() + " is " + dimensions + ", wanted " + recorded.getDimsList();
    }
    float[] wanted = isBool ? numbers(recorded) : floats(recorded);
    for (int i = 0; i < wanted.length; i++) {
      // Equal infinities have no difference.
      boolean same =
          Float.compare(found[i], wanted[i]) == 0
              || Math.abs(found[i] - wanted[i]) <= ABSOLUTE + RELATIVE * Math.abs(wanted[i]);
      if (!same) {
        return port.name() + " at " + i + " is " + found[i] + ", wanted " + wanted[i];
      }
    }
    return "";
  }
}
