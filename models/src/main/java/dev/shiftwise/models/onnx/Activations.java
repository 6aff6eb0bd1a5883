package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** The operators that are a function of one element. */
final class Activations {
  private Activations() {}

  static List<Datum> relu(Call call) throws Refusal {
    return List.of(apply(call, Activation.RELU));
  }

  static List<Datum> sigmoid(Call call) throws Refusal {
    return List.of(apply(call, Activation.SIGMOID));
  }

  static List<Datum> hardSwish(Call call) throws Refusal {
    return List.of(apply(call, Activation.HARD_SWISH));
  }

  static List<Datum> leakyRelu(Call call) throws Refusal {
    return List.of(leaky(call, call.real("alpha", 0.01f)));
  }

  private static Datum leaky(Call call, float slope) throws Refusal {
    requireFinite("slope", slope);
    return apply(call, slope == 0 ? Activation.RELU : new Activation.LeakyRelu(slope));
  }

  static List<Datum> hardSigmoid(Call call) throws Refusal {
    float alpha = call.real("alpha", 0.2f);
    float beta = call.real("beta", 0.5f);
    requireFinite("alpha", alpha);
    requireFinite("beta", beta);
    return List.of(apply(call, new Activation.HardSigmoid(alpha, beta)));
  }

  private static void requireFinite(String name, float value) throws Refusal {
    if (!Float.isFinite(value)) {
      throw Call.refused(name, value, "a finite number");
    }
  }

  static List<Datum> clip(Call call) throws Refusal {
    boolean old = call.opset() < 11;
    float low = Float.NEGATIVE_INFINITY;
    float high = Float.POSITIVE_INFINITY;
    if (old) {
      low = call.real("min", low);
      high = call.real("max", high);
    } else {
      low = call.has(1) ? call.constant(1).scalar() : low;
      high = call.has(2) ? call.constant(2).scalar() : high;
    }
    return List.of(clipped(call, low, high));
  }

  private static Datum clipped(Call call, float low, float high) throws Refusal {
    if (low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY) {
      return call.input(0);
    }
    return apply(call, clip(low, high));
  }

  /**
   * Returns the clip to two bounds.
   *
   * @throws Refusal if the first is not below
   */
  static Activation clip(float low, float high) throws Refusal {
    if (!(low <= high)) {
      throw new Refusal("it clips to " + low + " and " + high + ", wanted the first below");
    }
    return new Activation.Clip(low, high);
  }

  /** {@code PRelu(x) = slope * min(x, 0) + max(x, 0)}, of which one is 0. */
  static List<Datum> prelu(Call call) throws Refusal {
    Feature x = call.feature(0);
    Constant slope = call.constant(1);
    Tensor slopes = slope.tensor(slope.elements());
    boolean one = true;
    for (int i = 1; i < slope.elements(); i++) {
      one &= slopes.get(i) == slopes.get(0);
    }
    if (one && slope.elements() > 0) {
      return List.of(leaky(call, slopes.get(0)));
    }
    if (call.opset() < 7 && slope.rank() == 1 && x.rank() > 2) {
      int[] channels = new int[x.rank() - 1];
      Arrays.fill(channels, 1);
      channels[0] = slope.elements();
      slope = slope.reshaped(channels);
    }
    int[] dims = Arithmetics.constantDims(call, x, slope);
    PerChannel channels = PerChannel.of(call, x, dims);
    Draft draft = call.scope().draft();
    Operand from = channels.operand();
    Value below =
        draft.add(call.name() + ".below", new Activate(clip(Float.NEGATIVE_INFINITY, 0)), from);
    Value above = draft.add(call.name() + ".above", new Activate(Activation.RELU), from);
    Tensor weight =
        new Tensor(channels.spread(slopes).data(), List.of((long) channels.channels(), 1L));
    Value sum =
        draft.add(
            call.name(),
            PointwiseConvolution.of(Filter.of(weight)).withGroups(channels.channels()),
            Operand.of(below),
            Operand.of(above));
    return List.of(channels.result(sum));
  }

  private static Datum apply(Call call, Activation activation) throws Refusal {
    return switch (call.input(0)) {
      case Feature feature -> apply(call, feature, activation);
      case Constant constant -> {
        call.scope().fold(constant.elements());
        float[] values = constant.toFloats();
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) activation.apply(values[i]);
        }
        yield Constant.ofFloats(ElementKind.FLOAT, constant.dims(), values);
      }
    };
  }

  /**
   * Adds an activation; what it reads may later take it along. It does not matter where elements
   * stand.
   */
  static Feature apply(Call call, Feature x, Activation activation) throws Refusal {
    boolean moved = x.map() != null && x.isPermutation();
    Operand from = moved ? Operand.of(x.base()) : call.scope().views().any(x);
    Value value = call.scope().draft().add(call.name(), new Activate(activation), from);
    if (from.steps().isEmpty()) {
      Gates gates = call.scope().gates();
      switch (activation) {
        case Activation.Clip(float low, float high) ->
            gates.clipped(value, from.value(), low, high);
        case Activation.HardSigmoid(float alpha, float beta) when alpha > 0 -> {
          gates.scaled(value, from.value(), alpha, beta);
          gates.clipped(value, value, 0, 1);
        }
        case Activation.ErrorFunction _ -> gates.error(value, from.value());
        default -> {
          // No straight line.
        }
      }
    }
    return moved ? x.over(value) : Feature.of(value, x.dims());
  }
}
