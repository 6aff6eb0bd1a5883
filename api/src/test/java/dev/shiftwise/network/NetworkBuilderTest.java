package dev.shiftwise.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class NetworkBuilderTest {
  private final NetworkBuilder builder = Network.builder("test");
  private final Operand x = builder.input("x", Shape.of(8, 7, 5));

  private static Filter filter(int out, int in) {
    return Filter.of(Tensor.of(new float[out * in], out, in));
  }

  private static PointwiseConvolution pointwise(int out, int in) {
    return PointwiseConvolution.of(filter(out, in));
  }

  private static void assertMessage(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void shapesAreInferred() {
    assertEquals(
        Shape.of(6, 4, 3),
        builder.add("stride 2", pointwise(6, 4).withGroups(2).withStride(2), x).shape());
    Convolution dilated =
        new Convolution(
            Filter.of(Tensor.of(new float[4 * 8 * 9], 4, 8, 3, 3)),
            1,
            Kernel2d.square(3, 1, 2).withDilation(2),
            Activation.NONE);
    assertEquals(Shape.of(4, 7, 5), builder.add("dilated", dilated, x).shape());
    AveragePool pool = new AveragePool(Kernel2d.square(2, 2, 0), true);
    assertEquals(Shape.of(8, 4, 3), builder.add("ceil", pool, x).shape());
    assertEquals(
        Shape.of(8, 3, 2),
        builder.add("floor", new MaxPool(Kernel2d.square(2, 2, 0), false), x).shape());
    // As in PyTorch: with padding, a last window that would lie in the padding alone is left out.
    assertEquals(
        Shape.of(8, 4, 3),
        builder.add("padded", new MaxPool(Kernel2d.square(2, 2, 1), true), x).shape());
    assertEquals(Shape.of(8, 1, 1), builder.add("mean", new GlobalAveragePool(), x).shape());
    assertEquals(
        Shape.of(3, 1, 1),
        builder.add("fc", new Dense(filter(3, 280), Activation.NONE), x).shape());
    assertEquals(
        Shape.of(16, 7, 5), builder.add("both", new Concat(), x, x.channelShift(1)).shape());
  }

  @Test
  void parametersAndMultiplyAddsAreCounted() {
    builder.output("y", builder.add("pw", pointwise(6, 4).withGroups(2), x));
    Network network = builder.build();
    assertEquals(24, network.parameters());
    assertEquals(24 * 35, network.multiplyAdds());
  }

  @Test
  void theShortcutShiftIsAConcatSeenThroughAMovedWindow() {
    Operand made = builder.add("made", pointwise(4, 8), x);
    Operand next = builder.shortcutShift("joint", x, made);
    assertEquals(Shape.of(8, 7, 5), next.shape());
    assertEquals("joint.window(4, 8)", next.toString());
  }

  @Test
  void whatDoesNotFitIsNamedWithItsNode() {
    assertMessage(
        "node 'pw' (PointwiseConvolution): channels is 8, wanted a multiple of groups = 3",
        () -> builder.add("pw", pointwise(6, 2).withGroups(3), x));
    assertMessage(
        "node 'pw' (PointwiseConvolution): weight has dimensions [6, 3], wanted [6, 8]",
        () -> builder.add("pw", pointwise(6, 3), x));
    assertMessage(
        "node 'pw' (PointwiseConvolution): residual is 8x7x5, wanted 6x7x5",
        () -> builder.add("pw", pointwise(6, 8), x, x));
    assertMessage(
        "output channels is 6, wanted a multiple of groups = 4",
        () -> pointwise(6, 3).withGroups(4));
    assertMessage("stride is 0, wanted at least 1", () -> pointwise(6, 3).withStride(0));
    assertMessage(
        "node 'big' (MaxPool): kernel's height reaches over 9, wanted at most the padded plane's 7",
        () -> builder.add("big", new MaxPool(Kernel2d.square(9, 1, 0), false), x));
    assertMessage(
        "node 'pool' (AveragePool): padding is 2,2,2,2, wanted less: at position 0 of the height the"
            + " pooling kernel 2x2 stride 1x1 dilation 1x1 padding 2,2,2,2 meets no cell",
        () -> builder.add("pool", new AveragePool(Kernel2d.square(2, 1, 2), false), x));
    assertMessage(
        "node 'add' (Arithmetic): there are 1 inputs, wanted 2",
        () -> builder.add("add", Arithmetic.add(), x));
    assertMessage(
        "node 'cat' (Concat): input 1 is 8x1x1, wanted 8x7x5",
        () -> builder.add("cat", new Concat(), x, builder.add("g", new GlobalAveragePool(), x)));
    assertMessage(
        "channels is 8, wanted a multiple of the 3 displacements of the address shift",
        () -> x.addressShift(Border.RING, Displacement.UP, Displacement.UP, Displacement.UP));
    assertMessage(
        "channels is 12, wanted a multiple of 2 x groups = 8 for a shift by half a group",
        () -> ChannelShift.halfGroup(12, 4));
  }

  @Test
  void namesAreUniqueAndValuesAreTheNetworksOwn() {
    assertMessage("the name 'x' is used twice", () -> builder.add("x", new Copy(), x));
    Operand stranger = Network.builder("other").input("z", Shape.of(8, 7, 5));
    assertMessage(
        "'copy' reads 'z', wanted a value of this network",
        () -> builder.add("copy", new Copy(), stranger));
    assertMessage(
        "network 'test' has 1 inputs and 0 outputs, wanted at least 1 of each", builder::build);
    builder.output("y", x);
    assertMessage("output 'y' is declared twice", () -> builder.output("y", x));
  }

  @Test
  void aNetworkMadeByHandIsCheckedToo() {
    Value in = x.value();
    Value out = new Value(1, "copy", in.shape());
    Node node = new Node(new Copy(), List.of(Operand.of(out)), new Value(2, "late", in.shape()));
    assertMessage(
        "network 'n': 'late' reads 'copy' before it is made",
        () -> new Network("n", List.of(in), List.of(node), Map.of("y", Operand.of(in))));
    assertMessage(
        "node 'copy': output is 1x1x1, wanted 8x7x5",
        () -> new Node(new Copy(), List.of(x), new Value(1, "copy", Shape.of(1, 1, 1))));
  }
}
