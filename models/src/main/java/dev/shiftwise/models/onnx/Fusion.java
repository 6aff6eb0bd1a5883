package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.BatchNorm;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.ViewStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes what follows an operator part of it: scales and shifts of channels of the convolution or
 * dense layer before them (or of the pointwise convolution behind), activations, and additions as
 * the residual of a pointwise convolution. Only where nobody else reads what is between.
 */
final class Fusion {
  private static final double CLOSE = 1e-6;

  private final Scope scope;
  private final Map<Value, Integer> readers = new HashMap<>();
  private final Map<Value, Draft.Step> made = new LinkedHashMap<>();
  private final Map<Value, Operand> same = new HashMap<>();
  private int norms;
  private int activations;
  private int residuals;

  private Fusion(Scope scope) {
    this.scope = scope;
  }

  /** Rewrites the draft's nodes. */
  static void run(Scope scope) {
    new Fusion(scope).run();
  }

  private void run() {
    Draft draft = scope.draft();
    draft.dropDead();
    draft.outputs().values().forEach(this::count);
    draft.steps().forEach(step -> step.inputs().forEach(this::count));
    for (Draft.Step step : draft.steps()) {
      List<Operand> inputs = step.inputs().stream().map(this::renamed).toList();
      add(new Draft.Step(step.operator(), inputs, step.output(), step.isAffine()));
    }
    Map<String, Operand> outputs = new LinkedHashMap<>(draft.outputs());
    outputs.forEach((name, operand) -> draft.output(name, renamed(operand)));
    draft.replace(new ArrayList<>(made.values()));
    draft.dropDead();
    note(norms, "scales and shifts of channels, batch normalisations among them, in the weights");
    note(activations, "activations in the operator before them");
    note(residuals, "additions as the residual of a pointwise convolution");
  }

  private void note(int count, String what) {
    if (count > 0) {
      scope.recognised().add(count + " " + what);
    }
  }

  private void count(Operand operand) {
    readers.merge(operand.value(), 1, Integer::sum);
  }

  private Operand renamed(Operand operand) {
    Operand now = same.get(operand.value());
    return now == null
        ? operand
        : new Operand(
            now.value(), Stream.concat(now.steps().stream(), operand.steps().stream()).toList());
  }

  private void add(Draft.Step step) {
    Draft.Step fused = step;
    if (step.isAffine()) {
      fused = intoProducer(step);
    } else if (step.operator() instanceof Activate(Activation activation)) {
      fused = activated(step, activation);
    } else if (step.operator() instanceof Arithmetic arithmetic) {
      fused = asResidual(step, arithmetic);
    } else if (step.operator() instanceof PointwiseConvolution pointwise) {
      fused = withScaledInput(step, pointwise);
    }
    if (fused != null) {
      made.put(fused.output(), fused);
    }
  }

  /** The node that makes an operand, if this is its only reader and reads all of it. */
  private Draft.@Nullable Step only(Operand operand) {
    List<ViewStep> steps = operand.steps();
    return steps.isEmpty() && readers.getOrDefault(operand.value(), 0) == 1
        ? made.get(operand.value())
        : null;
  }

  // ---- scales and shifts ----

  private Draft.@Nullable Step intoProducer(Draft.Step step) {
    Draft.Step before = only(step.inputs().getFirst());
    Filter affine = filter(step.operator());
    if (before == null || affine == null || affine.norm() == null) {
      return step;
    }
    Filter filter = filter(before.operator());
    if (filter == null || before.inputs().size() > 1 || !isOpen(before.operator())) {
      return step;
    }
    BatchNorm norm = filter.norm() == null ? affine.norm() : composed(filter.norm(), affine.norm());
    made.remove(before.output());
    norms++;
    if (before.isAffine() && isIdentity(norm)) {
      Operand input = before.inputs().getFirst();
      same.put(step.output(), input);
      int more = readers.getOrDefault(step.output(), 0) - 1;
      readers.merge(input.value(), more, Integer::sum);
      return null;
    }
    Operator operator =
        withFilter(before.operator(), new Filter(filter.weight(), filter.bias(), norm));
    return new Draft.Step(operator, before.inputs(), step.output(), before.isAffine());
  }

  private static BatchNorm composed(BatchNorm first, BatchNorm second) {
    int channels = (int) first.gamma().elements();
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      double by = scale(second, c);
      scale[c] = (float) (scale(first, c) * by);
      shift[c] = (float) (shift(first, c) * by + shift(second, c));
    }
    return affine(scale, shift);
  }

  private static BatchNorm affine(float[] scale, float[] shift) {
    int channels = scale.length;
    float[] half = new float[channels];
    java.util.Arrays.fill(half, 0.5f);
    return new BatchNorm(
        Tensor.of(scale, channels),
        Tensor.of(shift, channels),
        Tensor.of(new float[channels], channels),
        Tensor.of(half, channels),
        0.5);
  }

  private static double scale(BatchNorm norm, int c) {
    return norm.gamma().get(c) / Math.sqrt((double) norm.variance().get(c) + norm.epsilon());
  }

  private static double shift(BatchNorm norm, int c) {
    return norm.beta().get(c) - norm.mean().get(c) * scale(norm, c);
  }

  private static boolean isIdentity(BatchNorm norm) {
    for (int c = 0; c < norm.gamma().elements(); c++) {
      if (Math.abs(scale(norm, c) - 1) > CLOSE || shift(norm, c) != 0) {
        return false;
      }
    }
    return true;
  }

  /** A pointwise convolution has no padding, so it can take a scale of its input, too. */
  private Draft.Step withScaledInput(Draft.Step step, PointwiseConvolution pointwise) {
    Draft.Step before = only(step.inputs().getFirst());
    if (before == null
        || !before.isAffine()
        || !isOpen(before.operator())
        || !(before.operator() instanceof PointwiseConvolution scaling)
        || scaling.filter().norm() == null) {
      return step;
    }
    BatchNorm affine = scaling.filter().norm();
    Filter filter = pointwise.filter();
    int outputs = filter.outputs();
    int each = filter.weightsPerOutput();
    try {
      scope.turn(filter.weight().elements());
    } catch (Refusal e) {
      return step;
    }
    float[] weight = filter.weight().toArray();
    float[] bias = filter.bias() == null ? new float[outputs] : filter.bias().toArray();
    for (int o = 0; o < outputs; o++) {
      int first = o / (outputs / pointwise.groups()) * each;
      double sum = bias[o];
      for (int c = 0; c < each; c++) {
        double w = weight[o * each + c];
        sum += w * shift(affine, first + c);
        weight[o * each + c] = (float) (w * scale(affine, first + c));
      }
      bias[o] = (float) sum;
    }
    Filter scaled =
        new Filter(Tensor.of(weight, outputs, each), Tensor.of(bias, outputs), filter.norm());
    made.remove(before.output());
    norms++;
    List<Operand> inputs = new ArrayList<>(step.inputs());
    inputs.set(0, before.inputs().getFirst());
    return new Draft.Step(withFilter(pointwise, scaled), inputs, step.output(), false);
  }

  // ---- activations and residuals ----

  private Draft.Step activated(Draft.Step step, Activation activation) {
    Draft.Step before = only(step.inputs().getFirst());
    if (before == null || !isOpen(before.operator())) {
      return step;
    }
    Operator operator = withActivation(before.operator(), activation);
    if (operator == null) {
      return step;
    }
    made.remove(before.output());
    activations++;
    return new Draft.Step(operator, before.inputs(), step.output(), false);
  }

  private Draft.Step asResidual(Draft.Step step, Arithmetic arithmetic) {
    Operand a = step.inputs().getFirst();
    Operand b = step.inputs().getLast();
    if (arithmetic.function() != Arithmetic.Function.ADD || !a.shape().equals(b.shape())) {
      return step;
    }
    for (boolean first : new boolean[] {false, true}) {
      Operand main = first ? a : b;
      Draft.Step before = only(main);
      if (before != null
          && !before.isAffine()
          && before.inputs().size() == 1
          && before.operator() instanceof PointwiseConvolution pointwise
          && isOpen(pointwise)) {
        made.remove(before.output());
        residuals++;
        return new Draft.Step(
            pointwise.withActivation(arithmetic.activation()),
            List.of(before.inputs().getFirst(), first ? b : a),
            step.output(),
            false);
      }
    }
    return step;
  }

  // ---- operators with a filter or an activation ----

  private static @Nullable Filter filter(Operator operator) {
    return switch (operator) {
      case PointwiseConvolution pointwise -> pointwise.filter();
      case Convolution convolution -> convolution.filter();
      case Dense dense -> dense.filter();
      default -> null;
    };
  }

  private static Operator withFilter(Operator operator, Filter filter) {
    return switch (operator) {
      case PointwiseConvolution(Filter _, int groups, int stride, Activation activation) ->
          new PointwiseConvolution(filter, groups, stride, activation);
      case Convolution(Filter _, int groups, var kernel, Activation activation) ->
          new Convolution(filter, groups, kernel, activation);
      case Dense(Filter _, Activation activation) -> new Dense(filter, activation);
      default -> throw new IllegalArgumentException(operator.kind() + " has no filter");
    };
  }

  private static @Nullable Activation activation(Operator operator) {
    return switch (operator) {
      case PointwiseConvolution pointwise -> pointwise.activation();
      case Convolution convolution -> convolution.activation();
      case Dense dense -> dense.activation();
      case Arithmetic arithmetic -> arithmetic.activation();
      default -> null;
    };
  }

  /** Whether an operator has an activation and does not use it. */
  private static boolean isOpen(Operator operator) {
    return Activation.NONE.equals(activation(operator));
  }

  private static @Nullable Operator withActivation(Operator operator, Activation activation) {
    return switch (operator) {
      case PointwiseConvolution pointwise -> pointwise.withActivation(activation);
      case Convolution(Filter filter, int groups, var kernel, Activation _) ->
          new Convolution(filter, groups, kernel, activation);
      case Dense(Filter filter, Activation _) -> new Dense(filter, activation);
      case Arithmetic(Arithmetic.Function function, Activation _) ->
          new Arithmetic(function, activation);
      default -> null;
    };
  }
}
