package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic.Function;
import java.util.List;

/**
 * Functions of one element that no operator of a network is, made of those that are. The sigmoid is
 * good to a few units in the last place wherever it is, so that quotients of sigmoids are, too; a
 * number subtracted from one leaves an error of as much as that number has.
 */
final class Functions {
  private static final int LARGEST_POWER = 8;
  private static final float HALF = 0.5f;

  private Functions() {}

  static List<Datum> absolute(Call call) throws Refusal {
    return List.of(Activations.apply(call, call.feature(0), new Activation.LeakyRelu(-1)));
  }

  static List<Datum> squareRoot(Call call) throws Refusal {
    return List.of(Activations.apply(call, call.feature(0), Activation.SQUARE_ROOT));
  }

  static List<Datum> logarithm(Call call) throws Refusal {
    return List.of(Activations.apply(call, call.feature(0), Activation.LOGARITHM));
  }

  static List<Datum> errorFunction(Call call) throws Refusal {
    return List.of(Activations.apply(call, call.feature(0), Activation.ERROR_FUNCTION));
  }

  static List<Datum> gelu(Call call) throws Refusal {
    Feature x = call.feature(0);
    String form = call.text("approximate", "none");
    if (form.equals("none")) {
      return List.of(Activations.apply(call, x, Activation.GELU));
    }
    if (!form.equals("tanh")) {
      throw Call.refused("approximate", form, "none or tanh");
    }
    // x * (1 + tanh(y)) / 2, which is x * sigmoid(2 * y).
    Feature square = Arithmetics.features(call, x, x, Function.MULTIPLY);
    float scale = (float) Math.sqrt(8 / Math.PI);
    Feature factor = Arithmetics.line(call, square, 0.044715f * scale, scale);
    Feature twice = Arithmetics.features(call, x, factor, Function.MULTIPLY);
    return List.of(Arithmetics.features(call, x, sigmoid(call, twice), Function.MULTIPLY));
  }

  /** {@code max(x, 0) - log(sigmoid(|x|))}: the logarithm of a number between a half and 1. */
  static List<Datum> softplus(Call call) throws Refusal {
    Feature x = call.feature(0);
    Feature size = Activations.apply(call, x, new Activation.LeakyRelu(-1));
    Feature log = Activations.apply(call, sigmoid(call, size), Activation.LOGARITHM);
    return List.of(
        Arithmetics.features(
            call, Activations.apply(call, x, Activation.RELU), log, Function.SUBTRACT));
  }

  /** Whole powers by products, others by logarithms. */
  static List<Datum> power(Call call) throws Refusal {
    Feature x = call.feature(0);
    float exponent = call.constant(1).scalar();
    int times = (int) Math.abs(exponent);
    if (Math.abs(exponent) == HALF) {
      Feature root = Activations.apply(call, x, Activation.SQUARE_ROOT);
      return List.of(exponent < 0 ? Arithmetics.reciprocal(call, root) : root);
    }
    if (times != Math.abs(exponent) && Float.isFinite(exponent)) {
      Feature log = Activations.apply(call, x, Activation.LOGARITHM);
      return List.of(exponential(call, Arithmetics.line(call, log, exponent, 0)));
    }
    if (times != Math.abs(exponent) || times < 1 || times > LARGEST_POWER) {
      throw Call.refused(
          "the exponent",
          exponent,
          "no whole number, or one from 1 to " + LARGEST_POWER + ", or the negative of one");
    }
    Feature power = x;
    for (int bit = Integer.highestOneBit(times) >> 1; bit > 0; bit >>= 1) {
      power = Arithmetics.features(call, power, power, Function.MULTIPLY);
      if ((times & bit) != 0) {
        power = Arithmetics.features(call, power, x, Function.MULTIPLY);
      }
    }
    return List.of(exponent < 0 ? Arithmetics.reciprocal(call, power) : power);
  }

  static List<Datum> exponential(Call call) throws Refusal {
    return List.of(exponential(call, call.feature(0)));
  }

  /**
   * Returns {@code exp(x) = sigmoid(x) / sigmoid(-x)}, also where one of the two is 0.
   *
   * @throws Refusal if it cannot be
   */
  static Feature exponential(Call call, Feature x) throws Refusal {
    return Arithmetics.features(call, sigmoid(call, x), opposite(call, x), Function.DIVIDE);
  }

  private static Feature sigmoid(Call call, Feature x) throws Refusal {
    return Activations.apply(call, x, Activation.SIGMOID);
  }

  /** {@code sigmoid(-x) = 1 - sigmoid(x)}, without the loss of digits. */
  private static Feature opposite(Call call, Feature x) throws Refusal {
    return sigmoid(call, Arithmetics.line(call, x, -1, 0));
  }

  /** {@code tanh(x) = 2 * sigmoid(2 * x) - 1}. */
  static List<Datum> tanh(Call call) throws Refusal {
    Feature twice = Arithmetics.line(call, call.feature(0), 2, 0);
    return List.of(Arithmetics.line(call, sigmoid(call, twice), 2, -1));
  }

  static List<Datum> elu(Call call) throws Refusal {
    return List.of(elu(call, call.real("alpha", 1), 1, 1));
  }

  static List<Datum> celu(Call call) throws Refusal {
    float alpha = call.real("alpha", 1);
    if (!(alpha > 0) || !Float.isFinite(1 / alpha)) {
      throw Call.refused("alpha", alpha, "a number above 0");
    }
    return List.of(elu(call, alpha, 1 / alpha, 1));
  }

  static List<Datum> selu(Call call) throws Refusal {
    float alpha = call.real("alpha", 1.6732632f);
    float gamma = call.real("gamma", 1.050701f);
    return List.of(elu(call, alpha, 1, gamma));
  }

  /** {@code gamma * (max(x, 0) + alpha * (exp(min(x, 0) * scale) - 1))}. */
  private static Feature elu(Call call, float alpha, float scale, float gamma) throws Refusal {
    if (!Float.isFinite(alpha) || !Float.isFinite(gamma) || !Float.isFinite(alpha * gamma)) {
      throw new Refusal("alpha is " + alpha + " and gamma " + gamma + ", wanted finite numbers");
    }
    Feature x = call.feature(0);
    Feature below = Activations.apply(call, x, new Activation.Clip(Float.NEGATIVE_INFINITY, 0));
    Feature power = exponential(call, scale == 1 ? below : Arithmetics.line(call, below, scale, 0));
    Feature above = Activations.apply(call, x, Activation.RELU);
    return Arithmetics.features(
        call,
        Arithmetics.line(call, power, alpha * gamma, -alpha * gamma),
        gamma == 1 ? above : Arithmetics.line(call, above, gamma, 0),
        Function.ADD);
  }

  static List<Datum> mish(Call call) throws Refusal {
    Feature x = call.feature(0);
    return List.of(Arithmetics.features(call, x, tanhOfSoftplus(call, x), Function.MULTIPLY));
  }

  /**
   * {@code tanh(log(1 + exp(x)))}, which with {@code q = sigmoid(-x)} is {@code (1 - q) * (1 + q) /
   * (1 + q * q)}.
   */
  private static Feature tanhOfSoftplus(Call call, Feature x) throws Refusal {
    Feature q = opposite(call, x);
    Feature square = Arithmetics.features(call, q, q, Function.MULTIPLY);
    Feature numerator =
        Arithmetics.features(
            call, sigmoid(call, x), Arithmetics.line(call, q, 1, 1), Function.MULTIPLY);
    return Arithmetics.features(
        call, numerator, Arithmetics.line(call, square, 1, 1), Function.DIVIDE);
  }
}
