package dev.shiftwise.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
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
import dev.shiftwise.network.Rearrange.Axis;
import dev.shiftwise.network.Resize;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operators that read elsewhere than they write, with what readers of their results run into,
 * against the kit's evaluator.
 */
final class GathersTest {
  private static final Shape SHAPE = new Shape(4, 3, 5);
  private static final int BATCH = 2;

  private final SoftwareDriver software = SoftwareDriver.fresh();

  @AfterEach
  void nothingIsFound() {
    assertEquals("", software.log());
    assertEquals(0, software.count("leaked"));
  }

  /** What a convolution makes, changed, and read shifted: what the reader runs into is there. */
  private static Named<Network> network(
      String name, BiFunction<NetworkBuilder, Operand, Operand> body) {
    Samples samples = new Samples(1);
    Border border = name.length() % 2 == 0 ? Border.RING : Border.ZERO;
    return Named.of(
        name + ", read under " + border,
        Samples.network(
            SHAPE,
            (b, x) -> {
              PointwiseConvolution convolution =
                  new PointwiseConvolution(samples.filter(4, 4), 1, 1, Activation.NONE);
              Operand changed = body.apply(b, b.add("made", convolution, x));
              return b.add(
                  "read",
                  new Activate(Activation.RELU6),
                  changed.addressShift(border, new Displacement(1, -1)));
            }));
  }

  static Stream<Named<Network>> networks() {
    // Flips, a hole, more axes than the kernel knows, and a table for each element.
    Axis[] five = {
      Axis.of(45, Axis.OUTSIDE, 0, 15),
      Axis.steps(0, 5, 3),
      Axis.steps(0, 1, 1),
      Axis.of(4, 3, 2, 1, 0),
      Axis.of(0, Axis.OUTSIDE)
    };
    int[] all = new int[(int) SHAPE.elements()];
    Arrays.setAll(all, i -> i % 7 == 3 ? Axis.OUTSIDE : (i * 37 + 11) % all.length);
    Activation[] activations = {
      new Activation.Clip(-0.5f, 0.25f),
      new Activation.LeakyRelu(0.1f),
      Activation.SIGMOID,
      Activation.HARD_SIGMOID,
      Activation.HARD_SWISH,
      Activation.ERROR_FUNCTION,
      Activation.GELU
    };
    return Stream.of(
            Stream.of(
                network(
                    "five axes",
                    (b, x) ->
                        b.add("y", new Rearrange(new Shape(8, 3, 5), List.of(five), 2.5f), x)),
                network(
                    "a table for all",
                    (b, x) ->
                        b.add(
                            "y", new Rearrange(new Shape(1, 6, 10), List.of(Axis.of(all)), 0f), x)),
                network(
                    "of a window",
                    (b, x) ->
                        b.add(
                            "y",
                            new Rearrange(
                                new Shape(2, 5, 3),
                                List.of(
                                    Axis.steps(0, 15, 2), Axis.steps(0, 1, 5), Axis.steps(0, 5, 3)),
                                0f),
                            x.window(1, 2))),
                network(
                    "resize of a shifted map",
                    (b, x) ->
                        b.add(
                            "y",
                            Resize.bilinear(SHAPE, 7, 6, Coordinates.HALF_PIXEL),
                            x.addressShift(
                                Border.RING,
                                Displacement.UP,
                                Displacement.STAY,
                                Displacement.DOWN,
                                Displacement.RIGHT))),
                network(
                    "smaller",
                    (b, x) ->
                        b.add("y", Resize.bilinear(SHAPE, 2, 3, Coordinates.ALIGN_CORNERS), x))),
            Arrays.stream(Arithmetic.Function.values())
                .map(
                    function ->
                        network(
                            function + " of a row with a column",
                            (b, x) -> {
                              Operand row = part(b, "row", x, new Shape(1, 1, 5), 1);
                              Operand column = part(b, "column", x, new Shape(4, 3, 1), 5);
                              return b.add(
                                  "y", new Arithmetic(function, Activation.NONE), row, column);
                            })),
            Arrays.stream(activations)
                .map(
                    activation ->
                        network(
                            "scaled channels, then " + activation,
                            (b, x) -> {
                              Operand scale = part(b, "scale", x, new Shape(4, 1, 1), 15);
                              Operand scaled =
                                  b.add(
                                      "scaled",
                                      new Arithmetic(Arithmetic.Function.MULTIPLY, activation),
                                      x.channelShift(1),
                                      scale);
                              return b.add("y", new Activate(activation), scaled);
                            })))
        .flatMap(networks -> networks);
  }

  /** Every so many elements. */
  private static Operand part(
      NetworkBuilder builder, String name, Operand x, Shape shape, int step) {
    return builder.add(
        name, new Rearrange(shape, List.of(Axis.steps(0, step, (int) shape.elements())), 0f), x);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void resultsAreThoseOfTheEvaluator(Network network) {
    float[] input = new Samples(7).values(BATCH * SHAPE.elements());
    int size = (int) network.outputs().values().iterator().next().shape().elements();
    float[] output = new float[BATCH * size];
    CompileOptions options = CompileOptions.DEFAULT.withMaxBatch(BATCH).withWarmUp(false);
    try (Backend backend = software.open();
        Session session = backend.compile(network, options)) {
      session.run(input, output);
    }
    int[] bits = new int[input.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(input[i]));
    List<RealImage> wanted =
        ReferenceEvaluator.evaluate(network, Map.of("x", bits), BATCH).values().iterator().next();
    for (int i = 0; i < output.length; i++) {
      double value = wanted.get(i / size).value(i % size);
      double bound = wanted.get(i / size).bound(i % size);
      assertTrue(
          Math.abs(output[i] - value) <= bound,
          "element " + i + " is " + output[i] + ", wanted " + value + " +- " + bound);
    }
  }
}
