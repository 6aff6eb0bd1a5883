package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.models.io.NpyFile;
import dev.shiftwise.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files in the commands that take a model. */
final class OnnxCommandsTest {
  private static final Backends BACKENDS = Backends.discover();
  private static final String BOOT = Repository.photograph("ankle-boot-000.png").toString();

  @TempDir private Path folder = Path.of("");

  @Test
  void runTakesAndMakesSeveralArraysByName() throws IOException {
    Path model = twoPorts();
    NpyFile.write(folder.resolve("a.npy"), Tensor.of(new float[] {-1, 2, 3, -4}, 2, 1, 1, 2));
    NpyFile.write(
        folder.resolve("b.npy"), Tensor.of(new float[] {5, 6, 7, 8, 9, 10, 11, 12}, 2, 2, 1, 2));
    Path y = folder.resolve("y.npy");
    Path z = folder.resolve("z.npy");
    run(model, "--input", in("b"), "--input", in("a"), "--output", "z=" + z, "--output", "y=" + y)
        .requireSuccess();
    Tensor joined = NpyFile.read(y);
    assertEquals(List.of(2L, 3L, 1L, 2L), joined.dimensions());
    float[] wanted = {-1, 2, 5, 6, 7, 8, 3, -4, 9, 10, 11, 12};
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], joined.get(i));
    }
    assertEquals(2, NpyFile.read(z).get(1));
    assertEquals(0, NpyFile.read(z).get(0));
    Files.delete(y);
    run(model, "--input", in("a"), "--input", in("b"), "--output", "z=" + z).requireSuccess();
    assertTrue(Files.notExists(y));
  }

  @Test
  void namesThatDoNotFitAreMisuse() throws IOException {
    Path model = twoPorts();
    NpyFile.write(folder.resolve("a.npy"), Tensor.of(new float[4], 2, 1, 1, 2));
    NpyFile.write(folder.resolve("b.npy"), Tensor.of(new float[4], 1, 2, 1, 2));
    String y = "y=" + folder.resolve("y.npy");
    assertEquals(
        "shiftwise: --input is not given for [b], wanted NAME=FILE of each;"
            + " see 'shiftwise run --help'\n",
        run(model, "--input", in("a"), "--output", y).requireError(2).err());
    Cli unknown = run(model, "--input", "c=x.npy", "--output", y).requireError(2);
    assertTrue(unknown.err().contains("wanted NAME=FILE with one of [a, b]"), unknown.err());
    Cli twice = run(model, "--input", in("a"), "--input", in("a"), "--output", y).requireError(2);
    assertTrue(twice.err().contains("which is given twice"), twice.err());
    Cli output = run(model, "--input", in("a"), "--input", in("b"), "--output", "o.npy");
    assertTrue(output.requireError(2).err().contains("--output is 'o.npy'"), output.err());
    Cli unequal = run(model, "--input", in("a"), "--input", in("b"), "--output", y);
    assertTrue(unequal.requireError(1).err().contains("has 1 images, wanted 2"), unequal.err());
  }

  @Test
  void classifyAsksForWhatAModelDoesNotSay() throws IOException {
    Path bare = classifier(Map.of());
    Cli asked = classify(bare).requireError(2);
    assertTrue(asked.err().contains("state it with --mean and --std"), asked.err());
    String stated = classify(bare, "--mean=0.2", "--std=0.5").requireSuccess().out();
    Path told = classifier(Map.of("mean", "0.2", "std", "0.5"));
    assertEquals(stated, classify(told).requireSuccess().out());
    assertTrue(stated.contains("class 0"), stated);
    Path named = classifier(Map.of("mean", "0.2", "std", "0.5", "labels", "dark\nlight"));
    assertTrue(classify(named).requireSuccess().out().contains("  dark "));
  }

  @Test
  void sizesThatAreLeftOpenAreAskedForAndStated() throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(port("x", 1, -1, -1))
            .addNode(node("Relu", "y", "x"))
            .addOutput(port("y", 1, -1, -1));
    Path model = write("open.onnx", graph, Map.of());
    Path x = folder.resolve("x.npy");
    Path y = folder.resolve("y.npy");
    NpyFile.write(x, Tensor.of(new float[] {-1, 2, 3, -4, 5, -6}, 1, 1, 2, 3));
    Cli asked = run(model, "--input", x + "", "--output", y + "").requireError(1);
    assertTrue(asked.err().contains("--size x[2]=..."), asked.err());
    run(model, "--input", x + "", "--output", y + "", "--size", "x[2]=2", "--size", "x[3]=3")
        .requireSuccess();
    assertEquals(List.of(1L, 1L, 2L, 3L), NpyFile.read(y).dimensions());
    assertEquals(5, NpyFile.read(y).get(4));
  }

  @Test
  void sizesThatTheFileDoesNotLeaveOpenAreMisuse() throws IOException {
    Path model = twoPorts();
    Cli run = run(model, "--input", "a=a", "--output", "y=y", "--size", "a[1]=2");
    assertEquals(
        "shiftwise: --size: found 'a[1]', wanted a dimension that is left open: [N, a[0], b[0]];"
            + " see 'shiftwise run --help'\n",
        run.requireError(2).err());
    Cli classify = classify(classifier(Map.of()), "--size", "rows=2");
    assertTrue(
        classify.requireError(2).err().startsWith("shiftwise: --size: found 'rows', wanted "),
        classify.err());
  }

  @Test
  void aBatchOf1RunsOnceAnImage() throws IOException {
    Path model = write("fixed.onnx", fixed(1), Map.of());
    Path x = folder.resolve("x.npy");
    Path y = folder.resolve("y.npy");
    float[] values = {1, -2, 3, 4, 5, -6};
    NpyFile.write(x, Tensor.of(values, 3, 1, 1, 2));
    run(model, "--input", x + "", "--output", y + "", "--batch", "2").requireSuccess();
    assertEquals(List.of(3L, 2L), NpyFile.read(y).dimensions());
    for (int i = 0; i < values.length; i++) {
      assertEquals(Math.max(values[i], 0), NpyFile.read(y).get(i));
    }
  }

  @Test
  void oneImageWhoseResultHasNoBatchIsAllThatRuns() throws IOException {
    Path model = write("flat.onnx", fixed(0), Map.of());
    Path x = folder.resolve("x.npy");
    Path y = folder.resolve("y.npy");
    NpyFile.write(x, Tensor.of(new float[] {1, -2}, 1, 1, 1, 2));
    run(model, "--input", x + "", "--output", y + "").requireSuccess();
    assertEquals(List.of(2L), NpyFile.read(y).dimensions());
    NpyFile.write(x, Tensor.of(new float[4], 2, 1, 1, 2));
    Cli two = run(model, "--input", x + "", "--output", y + "").requireError(1);
    assertTrue(
        two.err().contains("makes y 2 of one image, wanted a first dimension of 1"), two.err());
  }

  /** What is positive of x (1, 1, 1, 2), with the two columns behind some dimensions of 1. */
  private static GraphProto.Builder fixed(int ones) {
    TensorProto.Builder sizes =
        TensorProto.newBuilder()
            .setName("sizes")
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(ones + 1);
    for (int i = 0; i < ones; i++) {
      sizes.addInt64Data(1);
    }
    ValueInfoProto.Builder x = port("x", 1, 1, 2).toBuilder();
    x.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder().getDimBuilder(0).setDimValue(1);
    return GraphProto.newBuilder()
        .addInput(x)
        .addInitializer(sizes.addInt64Data(2))
        .addNode(node("Relu", "positive", "x"))
        .addNode(node("Reshape", "y", "positive", "sizes"))
        .addOutput(ValueInfoProto.newBuilder().setName("y"));
  }

  @Test
  void whatIsNoModelIsOneLine() throws IOException {
    Path file = Files.write(folder.resolve("x.onnx"), new byte[] {1, 2, 3});
    assertTrue(classify(file).requireError(1).err().startsWith("shiftwise: " + file));
    assertTrue(run(file, "--input", "x", "--output", "y").requireError(1).err().contains("x.onnx"));
    Cli missing = classify(folder.resolve("none.onnx")).requireError(2);
    assertTrue(missing.err().contains("none.onnx"), missing.err());
  }

  private String in(String name) {
    return name + "=" + folder.resolve(name + ".npy");
  }

  private static Cli run(Path model, String... more) {
    return Cli.run(
        BACKENDS,
        Stream.concat(
                Stream.of("run", model.toString(), "--backend", "cpu-vector"), Stream.of(more))
            .toArray(String[]::new));
  }

  private static Cli classify(Path model, String... more) {
    return Cli.run(
        BACKENDS,
        Stream.concat(
                Stream.of("classify", BOOT, "--backend=cpu-vector", "--model", model + ""),
                Stream.of(more))
            .toArray(String[]::new));
  }

  /** Joins a (N, 1, 1, 2) and b (N, 2, 1, 2) into y; z is what is positive of a. */
  private Path twoPorts() throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(port("a", 1, 1, 2))
            .addInput(port("b", 2, 1, 2))
            .addNode(
                node("Concat", "y", "a", "b")
                    .addAttribute(
                        AttributeProto.newBuilder()
                            .setName("axis")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(1)))
            .addNode(node("Relu", "z", "a"))
            .addOutput(port("y", 3, 1, 2))
            .addOutput(port("z", 1, 1, 2));
    return write("two.onnx", graph, Map.of());
  }

  /** Tells dark photographs from light ones. */
  private Path classifier(Map<String, String> metadata) throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(port("x", 1, 28, 28))
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("w")
                    .setDataType(TensorProto.DataType.FLOAT.getNumber())
                    .addAllDims(List.of(2L, 1L, 1L, 1L))
                    .addAllFloatData(List.of(-1f, 1f)))
            .addNode(node("GlobalAveragePool", "mean", "x"))
            .addNode(node("Conv", "both", "mean", "w"))
            .addNode(node("Flatten", "y", "both"))
            .addOutput(port("y", 2));
    return write("m" + metadata.size() + ".onnx", graph, metadata);
  }

  private Path write(String name, GraphProto.Builder graph, Map<String, String> metadata)
      throws IOException {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .setGraph(graph.setName("g"))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13));
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return Files.write(folder.resolve(name), model.build().toByteArray());
  }

  private static NodeProto.Builder node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static ValueInfoProto port(String name, long... sizes) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (long size : sizes) {
      TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(size < 0 ? dimension.setDimParam("?") : dimension.setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
