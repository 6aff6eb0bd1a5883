package dev.shiftwise.conformance;

import static dev.shiftwise.view.Border.RING;
import static dev.shiftwise.view.Border.ZERO;

import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Activation.Clip;
import dev.shiftwise.network.Activation.ErrorFunction;
import dev.shiftwise.network.Activation.Gelu;
import dev.shiftwise.network.Activation.HardSigmoid;
import dev.shiftwise.network.Activation.HardSwish;
import dev.shiftwise.network.Activation.LeakyRelu;
import dev.shiftwise.network.Activation.Logarithm;
import dev.shiftwise.network.Activation.Sigmoid;
import dev.shiftwise.network.Activation.SquareRoot;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.Operand;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.ChannelShift;
import java.util.List;
import java.util.Map;

/** SPEC section 3: the activations, on their own and behind other operators. */
final class ActivationRules {
  private ActivationRules() {}

  static List<Rule> all() {
    return List.of(
        Rule.of("ACT-01", "clip and hard-swish", ActivationRules::clips),
        Rule.of("ACT-02", "NaN stays NaN, infinity keeps its place", ActivationRules::holes),
        Rule.of("ACT-03", "leaky ReLU", t -> values(t, LeakyRelu.class)),
        Rule.of("ACT-04", "sigmoid", t -> values(t, Sigmoid.class)),
        Rule.of("ACT-05", "hard sigmoid", t -> values(t, HardSigmoid.class)),
        Rule.of("ACT-06", "what shifted readers find is not activated", ActivationRules::borders),
        Rule.of("ACT-07", "numbers that mean nothing are refused", ActivationRules::refusals),
        Rule.of("ACT-08", "square root and logarithm", ActivationRules::roots),
        Rule.of("ACT-09", "error function and GELU", ActivationRules::errors));
  }

  private static void clips(Trial trial) {
    values(trial, Clip.class);
    values(trial, HardSwish.class);
  }

  private static void roots(Trial trial) {
    values(trial, SquareRoot.class);
    values(trial, Logarithm.class);
  }

  private static void errors(Trial trial) {
    values(trial, ErrorFunction.class);
    values(trial, Gelu.class);
  }

  private static void values(Trial trial, Class<? extends Activation> kind) {
    Shape in = Shape.of(3, 5, 9);
    for (Activation activation : Nets.ACTIVATIONS) {
      if (kind.isInstance(activation)) {
        Network network = Nets.one(new Activate(activation), in);
        trial.agrees(network, 2, Numbers.REALS);
        // All the points where a formula changes, and their neighbours.
        Map<String, int[]> inputs = trial.inputs(network, 1, Numbers.INTEGERS);
        float[] corners = {
          -3, 0, 3, 6, -0f, -2.9999f, -3.0001f, 5.9999f, 6.0001f, 100, -100, 1e30f, -1e30f, 1e38f,
          -1e38f, 17, -17, 87.5f, -87.5f, 88.9f, -88.9f, 0.3466f, -0.3466f, 1e-20f, -1e-40f, 104,
          -104, 0, 1, 0.7071f, 0.7072f, 1.4142f, 1.4143f, 0.9999f, 1e-30f, 2, 0.5f, -0.5f, 3.9f,
          -3.9f, 4, -4, 5.5f, -5.5f, 0.01f, -0.01f
        };
        for (int[] bits : inputs.values()) {
          for (int i = 0; i < corners.length; i++) {
            bits[i] = Float.floatToRawIntBits(corners[i]);
          }
        }
        trial.agrees(network, CompileOptions.DEFAULT, 1, inputs);
        trial.agrees(
            Nets.one(
                Nets.pointwise(Numbers.REALS, trial.random(), 3, 6, 3).withActivation(activation),
                in,
                new ChannelShift(1)),
            2,
            Numbers.REALS);
      }
    }
  }

  private static void holes(Trial trial) {
    Shape in = Shape.of(4, 3, 7);
    for (Activation activation : Nets.ACTIVATIONS) {
      trial.agrees(Nets.one(new Activate(activation), in), 2, Numbers.HOLES);
      trial.agrees(
          Nets.one(
              Nets.pointwise(Numbers.INTEGERS, trial.random(), 4, 8, 4).withActivation(activation),
              in,
              new ChannelShift(1)),
          2,
          Numbers.HOLES);
    }
  }

  /** A sigmoid of the zeros that a reader of a ZERO shift finds would be a half. */
  private static void borders(Trial trial) {
    Shape in = Shape.of(4, 5, 7);
    for (Activation activation : List.of(Activation.SIGMOID, Activation.HARD_SIGMOID)) {
      for (var border : List.of(RING, ZERO)) {
        trial.agrees(
            Nets.of(
                in,
                (b, x) -> {
                  Operand activated =
                      b.add(
                          "activated",
                          Nets.pointwise(Numbers.REALS, trial.random(), 4, 4, 2)
                              .withActivation(activation),
                          x);
                  return b.add(
                      "y",
                      Nets.pointwise(Numbers.INTEGERS, trial.random(), 4, 4, 1),
                      activated.then(Nets.anyShift(trial.random(), border, in)));
                }),
            2,
            Numbers.REALS);
      }
    }
  }

  private static void refusals(Trial trial) {
    trial.refuses(
        IllegalArgumentException.class,
        List.of("low", "2.0", "1.0"),
        "bounds the wrong way round",
        () -> new Clip(2, 1));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("slope", "NaN"),
        "a slope that is no number",
        () -> new LeakyRelu(Float.NaN));
    trial.refuses(
        IllegalArgumentException.class,
        List.of("beta", "Infinity"),
        "an infinite shift",
        () -> new HardSigmoid(1, Float.POSITIVE_INFINITY));
  }
}
