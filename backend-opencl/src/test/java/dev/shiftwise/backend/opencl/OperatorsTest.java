package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.conformance.RealImage;
import dev.shiftwise.conformance.ReferenceEvaluator;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.FeatureMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kernels whose ways depend on sizes and numbers that the kit does not go through, against its
 * evaluator: curves of any numbers, maps of one row, column or element beside whole ones, gathers
 * with any number of axes, and all of it through shifts and windows.
 */
final class OperatorsTest {
  private static final Shape SHAPE = new Shape(8, 5, 7);
  private static final int BATCH = 2;

  private static BackendProvider provider(String name) {
    return switch (name) {
      case "processor" -> new VariantProvider.Mapped();
      case "card" -> new VariantProvider.Card();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Operand shifted(Operand x) {
    return x.channelShift(3)
        .addressShift(Border.RING, Displacement.LEFT, Displacement.UP)
        .window(0, SHAPE.channels());
  }

  private static Operand cleared(Operand x) {
    return x.addressShift(Border.ZERO, new Displacement(x.shape().height() > 1 ? 1 : 0, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"processor", "card"})
  void curves(String provider) {
    Samples samples = new Samples(21);
    NetworkBuilder b = Network.builder("curves");
    Operand x = b.input("x", SHAPE);
    // Wide enough that every bend is met.
    Operand wide = b.add("wide", Arithmetic.multiply(), x, b.input("factor", new Shape(1, 1, 1)));
    List<Activation> curves =
        List.of(
            new Activation.Clip(-0.75f, 2.5f),
            new Activation.LeakyRelu(0.125f),
            Activation.SIGMOID,
            new Activation.HardSigmoid(0.2f, 0.4f),
            Activation.HARD_SWISH,
            Activation.ERROR_FUNCTION,
            Activation.GELU);
    for (int i = 0; i < curves.size(); i++) {
      Activation curve = curves.get(i);
      b.output("activate" + i, b.add("activate" + i, new Activate(curve), shifted(wide)));
      b.output("add" + i, b.add("add" + i, Arithmetic.add(curve), wide, x));
      b.output(
          "pointwise" + i,
          b.add(
              "pointwise" + i,
              PointwiseConvolution.of(samples.filter(8, 8)).withActivation(curve),
              wide));
    }
    check(provider, b.build(), 9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"processor", "card"})
  void arithmetic(String provider) {
    NetworkBuilder b = Network.builder("arithmetic");
    Operand x = b.input("x", SHAPE);
    Operand large = b.input("large", new Shape(16, 5, 7));
    List<Shape> smaller =
        List.of(
            SHAPE,
            new Shape(8, 1, 1),
            new Shape(1, 5, 7),
            new Shape(8, 5, 1),
            new Shape(8, 1, 7),
            new Shape(1, 1, 1));
    for (int i = 0; i < smaller.size(); i++) {
      Operand y = b.input("y" + i, smaller.get(i));
      for (Arithmetic.Function function : Arithmetic.Function.values()) {
        Arithmetic arithmetic = new Arithmetic(function, Activation.NONE);
        String name = function + " " + i;
        Operand in = i % 2 == 0 ? shifted(x) : cleared(x);
        b.output(name, b.add(name, arithmetic, in, y));
        b.output(name + " turned", b.add(name + " turned", arithmetic, y, large.window(5, 8)));
      }
    }
    b.output(
        "crossed",
        b.add(
            "crossed",
            Arithmetic.multiply(),
            b.input("row", new Shape(1, 1, 19)).addressShift(Border.RING, Displacement.LEFT),
            b.input("column", new Shape(3, 6, 1))));
    check(provider, b.build(), 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"processor", "card"})
  void movesAndSizes(String provider) {
    NetworkBuilder b = Network.builder("moves");
    Operand x = b.input("x", SHAPE);
    List<Integer> sizes = List.of(8, 5, 7);
    List<Rearrange> moves =
        List.of(
            Rearrangements.transpose(sizes, 2, 0, 1).into(new Shape(7, 8, 5)),
            Rearrangements.transpose(List.of(2, 2, 2, 5, 7), 3, 1, 4, 0, 2)
                .into(new Shape(5, 14, 4)),
            Rearrangements.pad(
                    sizes,
                    List.of(1, 2, 0),
                    List.of(0, 1, 3),
                    Rearrangements.PadMode.CONSTANT,
                    Float.intBitsToFloat(0x7fc12345))
                .into(new Shape(9, 8, 10)),
            Rearrangements.pad(
                    sizes, List.of(0, 2, 3), List.of(0, 2, 3), Rearrangements.PadMode.REFLECT, 0f)
                .into(new Shape(8, 9, 13)),
            Rearrangements.slice(sizes, List.of(7, 0, 1), List.of(-1, 2, 2), List.of(8, 3, 3))
                .into(new Shape(8, 3, 3)),
            Rearrangements.reshape(new Shape(35, 1, 8)),
            new Rearrange(new Shape(1, 1, 5), List.of(Rearrange.Axis.of(279, -1, 0, 7, 7)), -0f));
    for (int i = 0; i < moves.size(); i++) {
      Operand moved = b.add("move" + i, moves.get(i), i % 2 == 0 ? x : x.window(0, 8));
      b.output("move" + i, moved);
      // Read through a shift: so the move's result has guards.
      b.output("shifted" + i, b.add("shifted" + i, new Activate(Activation.NONE), cleared(moved)));
    }
    // What a move reads may have guards too, between its planes.
    Operand guarded = b.add("guarded", new Activate(Activation.RELU), x);
    b.output("ring", b.add("ring", new Activate(Activation.NONE), cleared(guarded)));
    b.output("gapped", b.add("gapped", moves.getFirst(), guarded));
    for (Coordinates coordinates : Coordinates.values()) {
      b.output(
          "larger " + coordinates,
          b.add("larger " + coordinates, Resize.bilinear(SHAPE, 9, 20, coordinates), shifted(x)));
      b.output(
          "smaller " + coordinates,
          b.add("smaller " + coordinates, Resize.bilinear(SHAPE, 1, 3, coordinates), cleared(x)));
    }
    check(provider, b.build(), 1);
  }

  private static void check(String provider, Network network, float factor) {
    Samples samples = new Samples(22);
    Map<String, int[]> bits = new HashMap<>();
    Map<String, FeatureMap> inputs = new HashMap<>();
    network
        .inputs()
        .forEach(
            input -> {
              float[] values = samples.values(BATCH * input.shape().elements());
              int[] own = new int[values.length];
              for (int i = 0; i < own.length; i++) {
                values[i] *= factor;
                own[i] = Float.floatToRawIntBits(values[i]);
              }
              bits.put(input.name(), own);
              inputs.put(input.name(), FeatureMap.of(values, BATCH, input.shape()));
            });
    Map<String, List<RealImage>> wanted = ReferenceEvaluator.evaluate(network, bits, BATCH);
    Map<String, float[]> found = new HashMap<>();
    try (Backend backend = provider(provider).open(Driver.devices().getFirst());
        Session session =
            backend.compile(
                network, CompileOptions.DEFAULT.withMaxBatch(BATCH).withWarmUp(false))) {
      var run = session.bind();
      inputs.forEach(run::input);
      network
          .outputs()
          .forEach(
              (name, output) -> {
                float[] values = new float[BATCH * (int) output.shape().elements()];
                found.put(name, values);
                run.output(name, FeatureMap.of(values, BATCH, output.shape()));
              });
      session.run(run);
    }
    wanted.forEach((name, images) -> compare(name, images, found.getOrDefault(name, new float[0])));
  }

  private static void compare(String name, List<RealImage> images, float[] found) {
    int elements = Math.toIntExact(images.getFirst().shape().elements());
    assertEquals(BATCH * elements, found.length, name);
    for (int i = 0; i < found.length; i++) {
      RealImage image = images.get(i / elements);
      int at = i % elements;
      String where = name + "[" + i + "] is " + found[i] + ", wanted " + image.value(at);
      if (image.isMoved()) {
        assertEquals(image.bits(at), Float.floatToRawIntBits(found[i]), where);
      } else {
        boolean same = Double.isNaN(image.value(at)) && Float.isNaN(found[i]);
        assertTrue(same || Math.abs(found[i] - image.value(at)) <= image.bound(at), where);
      }
    }
  }
}
