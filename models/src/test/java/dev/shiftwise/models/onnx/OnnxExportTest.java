package dev.shiftwise.models.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Rearrange.Axis;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Rearrangements.PadMode;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.ViewStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form of what is written, and the values of what the kit's rules do not reach. */
final class OnnxExportTest {
  private static final Shape SHAPE = Shape.of(8, 5, 7);

  @TempDir private Path folder = Path.of("");

  private static Network of(Operator operator, Shape shape) {
    NetworkBuilder b = Network.builder("one");
    b.output("y", b.add("node", operator, b.input("x", shape)));
    return b.build();
  }

  private static Network view(ViewStep... steps) {
    NetworkBuilder b = Network.builder("view");
    Operand x = b.input("x", SHAPE);
    for (ViewStep step : steps) {
      x = x.then(step);
    }
    b.output("y", b.add("copy", new Copy(), x));
    return b.build();
  }

  private static ModelProto parsed(Network network, OnnxExport.Shifts shifts) throws IOException {
    return ModelProto.parseFrom(OnnxExport.toBytes(network, shifts));
  }

  private static String operators(Network network, OnnxExport.Shifts shifts) throws IOException {
    return parsed(network, shifts).getGraph().getNodeList().stream()
        .map(NodeProto::getOpType)
        .collect(Collectors.joining(" "));
  }

  private static String dimensions(ValueInfoProto value) {
    return value.getName()
        + value.getType().getTensorType().getShape().getDimList().stream()
            .map(d -> d.hasDimParam() ? d.getDimParam() : Long.toString(d.getDimValue()))
            .toList();
  }

  private static void requireReference(Network network) {
    requireReference(network, OnnxExport.Shifts.CONVOLVED);
    requireReference(network, OnnxExport.Shifts.SLICED);
  }

  /** Two images in ONNX Runtime against the kit's evaluator. */
  private static void requireReference(Network network, OnnxExport.Shifts shifts) {
    Random random = new Random(20);
    Map<String, Tensor> inputs = new HashMap<>();
    Map<String, int[]> bits = new HashMap<>();
    for (Value input : network.inputs()) {
      Shape shape = input.shape();
      float[] values = new float[(int) (2 * shape.elements())];
      int[] raw = new int[values.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
        raw[i] = Float.floatToRawIntBits(values[i]);
      }
      inputs.put(
          input.name(), Tensor.of(values, 2, shape.channels(), shape.height(), shape.width()));
      bits.put(input.name(), raw);
    }
    Map<String, List<RealImage>> wanted = ReferenceEvaluator.evaluate(network, bits, 2);
    try (RuntimeSession session = new RuntimeSession(OnnxExport.toBytes(network, shifts))) {
      Map<String, Tensor> found = session.run(inputs);
      assertEquals(List.copyOf(wanted.keySet()), List.copyOf(found.keySet()));
      wanted.forEach((name, images) -> requireClose(network, images, found.get(name)));
    }
  }

  private static void requireClose(
      Network network, List<RealImage> wanted, @Nullable Tensor found) {
    float[] data = Objects.requireNonNull(found).toArray();
    int each = (int) wanted.getFirst().shape().elements();
    assertEquals(each * wanted.size(), data.length, network::toString);
    for (int i = 0; i < data.length; i++) {
      int at = i;
      RealImage image = wanted.get(i / each);
      assertEquals(
          image.value(i % each),
          data[i],
          image.bound(i % each) + 1e-6,
          () -> "element " + at + " of " + network);
    }
  }

  // ---- form ----

  @Test
  void shiftsHaveTheFormAskedFor() throws IOException {
    Network ring =
        view(new ChannelShift(2), AddressShift.addressNet(Border.RING, SHAPE.channels()));
    // LEFT and UP of what the channel shift moved on, RIGHT, then DOWN over the ring's end.
    assertEquals(
        "Flatten Slice Slice Slice Slice Slice Concat Identity Reshape",
        operators(ring, OnnxExport.Shifts.CONVOLVED));
    assertEquals(
        "Slice Slice Concat Flatten Slice Slice Slice Slice Concat Identity Reshape",
        operators(ring, OnnxExport.Shifts.SLICED));
    Network zero =
        view(new ChannelShift(2), AddressShift.addressNet(Border.ZERO, SHAPE.channels()));
    assertEquals("Slice Slice Concat Conv Identity", operators(zero, OnnxExport.Shifts.CONVOLVED));
    assertEquals(
        "Slice Slice Concat Pad Slice Slice Slice Slice Concat Identity",
        operators(zero, OnnxExport.Shifts.SLICED));
    Network far = view(AddressShift.uniform(Border.ZERO, 8, new Displacement(-4, 6)));
    assertEquals("Conv Identity", operators(far, OnnxExport.Shifts.CONVOLVED));
  }

  @Test
  void namesAndDimensionsAreTheNetworks() throws IOException {
    NetworkBuilder b = Network.builder("ports");
    Operand x = b.input("x", SHAPE);
    Operand y = b.add("y", new Activate(Activation.SIGMOID), x);
    Operand pool = b.add("pool", new GlobalAveragePool(), y.channelShift(1));
    b.output("pool.flat", y);
    b.output("means", pool);
    b.output("y", x);
    b.output("again", y);
    b.output("x.view", x.window(2, 3));
    Network network = b.build();
    ModelProto model = parsed(network, OnnxExport.Shifts.CONVOLVED);
    assertEquals(
        "[x[N, 8, 5, 7]]",
        model.getGraph().getInputList().stream()
            .map(OnnxExportTest::dimensions)
            .toList()
            .toString());
    assertEquals(
        "[pool.flat[N, 8, 5, 7], means[N, 8], y[N, 8, 5, 7], again[N, 8, 5, 7], x.view[N, 3, 5, 7]]",
        model.getGraph().getOutputList().stream()
            .map(OnnxExportTest::dimensions)
            .toList()
            .toString());
    requireReference(network);
  }

  @Test
  void anOutputWithTheNameOfAnInputIsRefused() {
    NetworkBuilder b = Network.builder("ports");
    b.output("x", b.add("y", new Activate(Activation.RELU), b.input("x", SHAPE)));
    Network network = b.build();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> OnnxExport.toBytes(network, OnnxExport.Shifts.SLICED));
    assertEquals(
        "output 'x' has the name of an input, wanted another: names are there once in ONNX",
        e.getMessage());
  }

  @Test
  void aFileIsTheSameBytesAndLeavesNothingElse() throws IOException {
    Network network = of(new Activate(Activation.RELU6), SHAPE);
    Path file = folder.resolve("one.onnx");
    OnnxExport.write(network, file);
    assertArrayEquals(
        OnnxExport.toBytes(network, OnnxExport.Shifts.CONVOLVED), Files.readAllBytes(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  // ---- values that the kit's rules do not reach ----

  @Test
  void poolsOfFiniteValues() {
    for (boolean ceil : new boolean[] {false, true}) {
      for (Kernel2d kernel :
          List.of(
              Kernel2d.square(2, 2, 0),
              Kernel2d.square(3, 2, 1),
              Kernel2d.square(3, 3, 0),
              new Kernel2d(3, 2, 3, 2, 1, 1, 2, 0, 2, 1),
              new Kernel2d(2, 3, 2, 1, 2, 2, 1, 1, 1, 2))) {
        requireReference(of(new MaxPool(kernel, ceil), SHAPE));
        requireReference(of(new AveragePool(kernel, ceil), SHAPE));
      }
    }
  }

  @Test
  void shiftsOfAllDistances() {
    requireReference(view(AddressShift.uniform(Border.ZERO, 8, new Displacement(-4, 6))));
    requireReference(
        view(
            AddressShift.of(
                Border.ZERO,
                new AddressShift.Run(3, new Displacement(4, -6)),
                new AddressShift.Run(5, new Displacement(-4, 6)))));
  }

  @Test
  void resizesOfAllKinds() {
    for (Coordinates coordinates : Coordinates.values()) {
      requireReference(of(Resize.bilinear(SHAPE, 9, 13, coordinates), SHAPE));
      requireReference(of(Resize.bilinear(SHAPE, 3, 2, coordinates), SHAPE));
      requireReference(of(Resize.bilinear(SHAPE, 1, 7, coordinates), SHAPE));
    }
    Resize uneven =
        new Resize(
            Resize.Axis.of(new int[] {4, 0, 2}, new int[] {1, 0, 3}, new float[] {0.25f, 0, 0.75f}),
            Resize.Axis.linear(7, 10, 1.5, Coordinates.HALF_PIXEL));
    requireReference(of(uneven, SHAPE));
  }

  @Test
  void rearrangementsOfAllKinds() {
    List<Integer> cube = List.of(8, 5, 7);
    List<Rearrange> rearrangements =
        List.of(
            Rearrangements.reshape(Shape.of(7, 40, 1)),
            Rearrangements.transpose(cube, 2, 0, 1),
            Rearrangements.transpose(List.of(2, 4, 35), 1, 0, 2).into(SHAPE),
            Rearrangements.slice(cube, List.of(6, 1, 6), List.of(-2, 3, -1), List.of(4, 2, 7)),
            Rearrangements.pad(cube, List.of(1, 0, -2), List.of(0, 2, 3), PadMode.CONSTANT, -0.5f),
            Rearrangements.pad(cube, List.of(0, 2, 1), List.of(0, 1, 4), PadMode.REFLECT, 0),
            Rearrangements.gather(cube, 1, 4, 0, 0, 3),
            Rearrangements.gather(cube, 0, 3),
            // Rows of zeros among the others.
            new Rearrange(
                Shape.of(8, 3, 7),
                List.of(Axis.steps(0, 35, 8), Axis.of(7, Axis.OUTSIDE, 28), Axis.steps(0, 1, 7)),
                2f),
            // No dimension of the ring: pieces of it that overlap.
            new Rearrange(Shape.of(3, 4, 1), List.of(Axis.of(5, 0, 11), Axis.steps(2, 3, 4)), 0f),
            new Rearrange(Shape.of(1, 2, 2), List.of(Axis.of(7, -1, 279, 7)), 1f),
            new Rearrange(Shape.of(2, 2, 1), List.of(Axis.of(-1, -1), Axis.steps(0, 1, 2)), 3f));
    rearrangements.forEach(op -> requireReference(of(op, SHAPE)));
    Shape flat = Shape.of(8, 1, 1);
    requireReference(of(Rearrangements.expand(List.of(8, 1, 1), List.of(8, 3, 2)), flat));
  }
}
