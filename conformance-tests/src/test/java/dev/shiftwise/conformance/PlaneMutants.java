package dev.shiftwise.conformance;

import static dev.shiftwise.conformance.Mutant.GUARDS;
import static dev.shiftwise.conformance.Mutant.INDEX;
import static dev.shiftwise.conformance.OperatorMutants.computing;
import static dev.shiftwise.conformance.OperatorMutants.operator;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Arithmetic.Function;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.Window;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Faults in arithmetic, moves, resizes and activations. */
final class PlaneMutants {
  private static final int NAN = Float.floatToRawIntBits(Float.NaN);

  private PlaneMutants() {}

  static List<Mutant> all() {
    return List.of(
        computing("ARITH-01", "the second operand is lost", PlaneMutants::firstAlone),
        operator("ARITH-01", "the difference is a sum", PlaneMutants::sumsOnly),
        computing("ARITH-02", "one row stands for all where channels do", PlaneMutants::firstRow),
        Mutant.kernels(
            "ARITH-03",
            "sums ignore shifts",
            INDEX,
            () -> new OperatorMutants.Unshifted(Arithmetic.class)),
        NetworkMutants.operands(
            "ARITH-03",
            "what is broadcast is read unshifted",
            Arithmetic.class,
            PlaneMutants::smallerUnshifted),
        computing("ARITH-04", "a division by zero is zero", PlaneMutants::zeroForInfinity),
        Mutant.accepting("ARITH-05", "what does not fit"),
        operator("REARRANGE-01", "the axes count the other way", PlaneMutants::turnedAxes),
        operator("REARRANGE-02", "the fill is always zero", PlaneMutants::zeroFill),
        computing("REARRANGE-03", "moves quiet NaN", PlaneMutants::quiet),
        Mutant.kernels(
            "REARRANGE-04", "moves ignore windows", INDEX, () -> new Unwindowed(Rearrange.class)),
        Mutant.accepting("REARRANGE-05", "what does not fit"),
        operator("RESIZE-01", "the nearest row stands for both", PlaneMutants::nearestRow),
        computing("RESIZE-02", "the next column counts nothing times", PlaneMutants::nextColumn),
        Mutant.kernels(
            "RESIZE-03",
            "resizes ignore shifts",
            INDEX,
            () -> new OperatorMutants.Unshifted(Resize.class)),
        Mutant.accepting("RESIZE-04", "what does not fit"),
        activation("ACT-01", "ReLU6 ends at five", Activation.RELU6, z -> Math.min(5, z)),
        activation(
            "ACT-01",
            "a lower bound below zero is zero",
            new Activation.Clip(-1.5f, 2),
            z -> Math.max(0, z)),
        computing("ACT-02", "NaN becomes zero", OperatorMutants::withoutNaN),
        activation(
            "ACT-03",
            "what is below zero is zero",
            new Activation.LeakyRelu(0.125f),
            z -> z < 0 ? 0 : z),
        activation("ACT-04", "small shares are zero", Activation.SIGMOID, z -> z < 1e-6 ? 0 : z),
        activation("ACT-04", "four digits are right", Activation.SIGMOID, z -> z * 1.0001),
        activation(
            "ACT-05", "it ends at nearly one", Activation.HARD_SIGMOID, z -> Math.min(z, 0.999)),
        Mutant.kernels("ACT-06", "borders are activated", GUARDS, ActivatedBorders::new),
        Mutant.accepting("ACT-07", "what is no number"),
        Mutant.mumbling("ACT-07", "what is no number"),
        activation(
            "ACT-08",
            "a root of half the digits",
            Activation.SQUARE_ROOT,
            z -> (float) z * 1.00001),
        activation("ACT-08", "to the base 2", Activation.LOGARITHM, z -> z / Math.log(2)),
        activation(
            "ACT-09", "it ends at nearly one", Activation.ERROR_FUNCTION, z -> Math.min(z, 0.9999)),
        activation("ACT-09", "what is below zero is zero", Activation.GELU, z -> Math.max(z, 0)));
  }

  // ---- arithmetic ----

  private static RealImage sound(Operator operator, List<RealImage> in, Shape out) {
    return ReferenceOperators.apply(operator, in, out);
  }

  private static RealImage firstAlone(Operator operator, List<RealImage> in, Shape out) {
    return operator instanceof Arithmetic op && in.getFirst().shape().equals(out)
        ? sound(new Activate(op.activation()), in.subList(0, 1), out)
        : sound(operator, in, out);
  }

  private static Operator sumsOnly(Operator operator) {
    return operator instanceof Arithmetic(Function function, Activation activation)
            && function == Function.SUBTRACT
        ? Arithmetic.add(activation)
        : operator;
  }

  private static RealImage firstRow(Operator operator, List<RealImage> in, Shape out) {
    RealImage second = in.getLast();
    return operator instanceof Arithmetic && second.shape().channels() == 1
        ? sound(
            operator,
            List.of(
                in.getFirst(), second.moved(second.shape(), (c, y, x) -> second.index(c, 0, x))),
            out)
        : sound(operator, in, out);
  }

  private static List<Operand> smallerUnshifted(List<Operand> operands) {
    long most = operands.stream().mapToLong(one -> one.shape().elements()).max().orElseThrow();
    return operands.stream()
        .map(one -> one.shape().elements() < most ? unshifted(one) : one)
        .toList();
  }

  private static Operand unshifted(Operand operand) {
    return new Operand(
        operand.value(), operand.steps().stream().filter(Window.class::isInstance).toList());
  }

  private static RealImage zeroForInfinity(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    return operator instanceof Arithmetic op && op.function() == Function.DIVIDE
        ? Bits.map(result, bits -> Float.isInfinite(Float.intBitsToFloat(bits)) ? 0 : bits)
        : result;
  }

  // ---- moves ----

  private static Operator turnedAxes(Operator operator) {
    return operator instanceof Rearrange(Shape result, List<Rearrange.Axis> axes, float fill)
        ? new Rearrange(result, axes.reversed(), fill)
        : operator;
  }

  private static Operator zeroFill(Operator operator) {
    return operator instanceof Rearrange(Shape result, List<Rearrange.Axis> axes, float _)
        ? new Rearrange(result, axes, 0f)
        : operator;
  }

  private static RealImage quiet(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    return operator instanceof Rearrange
        ? Bits.map(result, bits -> Float.isNaN(Float.intBitsToFloat(bits)) ? bits | 0x400000 : bits)
        : result;
  }

  /** Reads from the first channel on whatever window was asked for. */
  private static final class Unwindowed extends ReferenceKernels {
    private final Class<? extends Operator> kind;

    Unwindowed(Class<? extends Operator> kind) {
      this.kind = kind;
    }

    @Override
    Source source(Step step, int operand) {
      var sound = super.source(step, operand);
      var asked = step.node().inputs().get(operand);
      return kind.isInstance(step.node().operator())
          ? new Source(
              sound.placement(),
              AddressMap.of(
                  asked.value().shape(), List.of(new Window(0, asked.shape().channels()))))
          : sound;
    }
  }

  // ---- resizes ----

  private static Operator nearestRow(Operator operator) {
    if (!(operator instanceof Resize(Resize.Axis rows, Resize.Axis columns))) {
      return operator;
    }
    int[] first = new int[rows.size()];
    for (int i = 0; i < first.length; i++) {
      first[i] = rows.first(i);
    }
    return new Resize(Resize.Axis.of(first, first, new float[first.length]), columns);
  }

  private static RealImage nextColumn(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    RealImage x = in.getFirst();
    return operator instanceof Resize && x.shape().equals(out)
        ? Bits.indexed(
            result,
            (i, bits) ->
                (i + 1) % out.width() != 0 && !Double.isFinite(x.value(i + 1)) ? NAN : bits)
        : result;
  }

  // ---- activations ----

  /** Changes what one activation makes of its argument. */
  private static Mutant activation(
      String rule, String fault, Activation kind, DoubleUnaryOperator change) {
    return computing(
        rule,
        fault,
        (operator, operands, out) -> {
          RealImage result = sound(operator, operands, out);
          return operator.activation().equals(kind)
              ? Bits.map(
                  result,
                  bits ->
                      Float.floatToRawIntBits(
                          (float) change.applyAsDouble(Float.intBitsToFloat(bits))))
              : result;
        });
  }

  /** Fills guards, but leaves what an activation makes of zero where zeros should be. */
  private static final class ActivatedBorders extends ReferenceKernels {
    @Override
    void fillGuards(HostSlab slab, Step step, int image) {
      if (step.node().operator().activation().apply(0) == 0) {
        super.fillGuards(slab, step, image);
      }
    }
  }
}
