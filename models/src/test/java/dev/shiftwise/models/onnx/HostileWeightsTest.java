package dev.shiftwise.models.onnx;

import static dev.shiftwise.models.onnx.Faults.fault;
import static dev.shiftwise.models.onnx.Faults.requireContains;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.shiftwise.models.io.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Initialisers that are not there, and external data that is not where it has to be. */
final class HostileWeightsTest {
  @TempDir Path folder;

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
}
