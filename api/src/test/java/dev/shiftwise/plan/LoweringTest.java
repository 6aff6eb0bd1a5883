package dev.shiftwise.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.tensor.Shape;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoweringTest {
  private static final Shape SHAPE = Shape.of(2, 3, 3);
  private static final Set<Class<? extends Activation>> CLIP = Set.of(Activation.Clip.class);

  private static Capabilities capabilities(
      Set<Class<? extends Operator>> operators, Set<Class<? extends Activation>> activations) {
    return new Capabilities(operators, Set.of()).withActivations(activations, CLIP);
  }

  private static List<String> lowered(Operator operator, int operands, Capabilities backend) {
    NetworkBuilder b = Network.builder("lowered");
    Operand x = b.input("x", SHAPE);
    b.output("y", operands == 1 ? b.add("n", operator, x) : b.add("n", operator, x, x));
    return Lowering.lower(b.build(), backend).nodes().stream()
        .map(node -> node.operator().kind() + " " + node.operator().activation())
        .toList();
  }

  private static PointwiseConvolution pointwise(Activation activation) {
    return PointwiseConvolution.of(Filter.pointwise(new float[4], new float[2]))
        .withActivation(activation);
  }

  @Test
  void anActivationThatIsNotFusedIsANodeOfItsOwn() {
    Capabilities backend =
        capabilities(
            Set.of(Copy.class, PointwiseConvolution.class, Activate.class),
            Set.of(Activation.Clip.class, Activation.Sigmoid.class));
    assertEquals(
        List.of("PointwiseConvolution " + Activation.NONE, "Activate " + Activation.SIGMOID),
        lowered(pointwise(Activation.SIGMOID), 1, backend));
    assertEquals(
        List.of("PointwiseConvolution " + Activation.RELU6),
        lowered(pointwise(Activation.RELU6), 1, backend));
  }

  @Test
  void hardSigmoidIsAConvolutionWithBounds() {
    assertEquals(
        List.of("Convolution " + new Activation.Clip(0, 1)),
        lowered(
            new Activate(Activation.HARD_SIGMOID),
            1,
            capabilities(Set.of(Copy.class, Convolution.class), CLIP)));
  }

  @Test
  void anActivationThatNobodyKnowsIsRefusedByName() {
    Capabilities backend =
        capabilities(Set.of(Copy.class, PointwiseConvolution.class, Activate.class), CLIP);
    refused("'n' (Activate with Sigmoid)", pointwise(Activation.SIGMOID), 1, backend);
  }

  @Test
  void sumsOfOneShapeAreConvolutionsAndTheOtherFunctionsAreRefused() {
    Capabilities backend = capabilities(Set.of(Copy.class, PointwiseConvolution.class), CLIP);
    assertEquals(
        List.of("PointwiseConvolution " + Activation.RELU),
        lowered(Arithmetic.add(Activation.RELU), 2, backend));
    refused("'n' (Arithmetic)", Arithmetic.multiply(), 2, backend);
    refused("'n' (Rearrange)", Rearrangements.reshape(SHAPE), 1, backend);
  }

  private static void refused(String what, Operator operator, int operands, Capabilities backend) {
    String message =
        assertThrows(UnsupportedOperatorException.class, () -> lowered(operator, operands, backend))
            .getMessage();
    assertEquals(true, String.valueOf(message).contains(what), message);
  }

  @Test
  void clipIsTheLeastThatABackendFuses() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Capabilities(Set.of(Copy.class), Set.of()).withActivations(Set.of(), Set.of()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Capabilities(Set.of(Copy.class), Set.of())
                .withActivations(CLIP, Set.of(Activation.Clip.class, Activation.Sigmoid.class)));
  }
}
