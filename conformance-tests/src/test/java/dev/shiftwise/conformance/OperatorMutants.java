package dev.shiftwise.conformance;

import static dev.shiftwise.conformance.Mutant.INDEX;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.AddressShift;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Faults in the operators. */
final class OperatorMutants {
  private OperatorMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.kernels("POINTWISE-01", "the tail of a plane stays unwritten", INDEX, NoTail::new),
        operands("POINTWISE-02", "groups read their neighbour", OperatorMutants::nextGroup),
        operands("POINTWISE-03", "strides start at the second pixel", OperatorMutants::phase),
        operator("POINTWISE-04", "the last group has no bias", OperatorMutants::lessBias),
        Mutant.kernels(
            "POINTWISE-05",
            "pointwise convolutions ignore shifts",
            INDEX,
            () -> new Unshifted(PointwiseConvolution.class)),
        computing("POINTWISE-06", "the residual is ignored", OperatorMutants::withoutResidual),
        computing("POINTWISE-07", "the residual comes last", OperatorMutants::residualLast),
        Mutant.kernels("POINTWISE-08", "a plane more is written", INDEX, PlaneMore::new),
        Mutant.sessions(
            "POINTWISE-08", "the channels around are cleared", SessionMutants.Clearing::new),
        Mutant.sessions(
            "POINTWISE-09", "the output is cleared first", SessionMutants.ClearedFirst::new),
        operator("POINTWISE-10", "weights of half precision", OperatorMutants::half),
        Mutant.accepting("POINTWISE-11", "what does not fit"),
        Mutant.mumbling("POINTWISE-11", "what does not fit"),
        kernel(
            "CONV-01",
            "padding above and below is mixed up",
            k -> padded(k, k.bottom() + 1, k.left())),
        kernel("CONV-01", "padding on the left is ignored", k -> padded(k, k.top(), 0)),
        kernel("CONV-02", "dilation is ignored", k -> k.withDilation(1)),
        operands("CONV-03", "groups read their neighbour", OperatorMutants::nextConvGroup),
        operator("CONV-04", "the activation is forgotten", OperatorMutants::unactivated),
        Mutant.kernels(
            "CONV-05", "convolutions ignore shifts", INDEX, () -> new Unshifted(Convolution.class)),
        computing("POOL-01", "padding counts as cells", OperatorMutants::overAllTaps),
        computing("POOL-02", "padding counts as zero", OperatorMutants::atLeastZero),
        computing("POOL-02", "NaN loses", OperatorMutants::withoutNaN),
        computing("POOL-03", "the last windows are cut off", OperatorMutants::lastRowZero),
        operands("POOL-04", "the last pixel is left out", OperatorMutants::lastPixelZero),
        Mutant.accepting("POOL-05", "a kernel in the padding alone"),
        operands("DENSE-01", "channels come fastest", OperatorMutants::channelsFastest),
        operator("DENSE-02", "weights of half precision", OperatorMutants::half),
        operator("SHUFFLE-01", "channels stay where they are", OperatorMutants::unshuffled),
        computing("SHUFFLE-01", "groups and positions are swapped", OperatorMutants::transposed),
        computing("SOFTMAX-01", "the sum is not one", OperatorMutants::tooLarge),
        computing("SOFTMAX-02", "large values overflow", OperatorMutants::overflowing),
        Mutant.kernels("COPY-01", "copies quiet NaN", INDEX, MoveMutants.CopiesThroughDouble::new));
  }

  // ---- kinds of faults ----

  /** Computes a node in another way. */
  @FunctionalInterface
  interface Compute {
    RealImage compute(Operator operator, List<RealImage> operands, Shape out);
  }

  static Mutant computing(String rule, String fault, Compute faulty) {
    return Mutant.kernels(
        rule,
        fault,
        INDEX,
        () ->
            new ReferenceKernels() {
              @Override
              RealImage compute(Operator operator, List<RealImage> operands, Shape out) {
                return faulty.compute(operator, operands, out);
              }
            });
  }

  static Mutant operator(String rule, String fault, UnaryOperator<Operator> other) {
    return computing(
        rule,
        fault,
        (operator, operands, out) ->
            ReferenceOperators.apply(other.apply(operator), operands, out));
  }

  /** Sees another first operand. */
  @FunctionalInterface
  interface See {
    RealImage see(Operator operator, RealImage operand);
  }

  private static Mutant operands(String rule, String fault, See other) {
    return computing(
        rule,
        fault,
        (operator, operands, out) -> {
          List<RealImage> seen = new ArrayList<>(operands);
          seen.set(0, other.see(operator, operands.getFirst()));
          return ReferenceOperators.apply(operator, seen, out);
        });
  }

  private static Mutant kernel(String rule, String fault, UnaryOperator<Kernel2d> other) {
    return operator(
        rule,
        fault,
        operator ->
            operator instanceof Convolution op
                ? new Convolution(
                    op.filter(), op.groups(), other.apply(op.kernel()), op.activation())
                : operator);
  }

  private static Kernel2d padded(Kernel2d k, int top, int left) {
    return new Kernel2d(
        k.height(),
        k.width(),
        k.strideY(),
        k.strideX(),
        k.dilationY(),
        k.dilationX(),
        top,
        left,
        k.bottom(),
        k.right());
  }

  // ---- operators that are not what was asked for ----

  private static Operator unshuffled(Operator operator) {
    return operator instanceof ChannelShuffle ? new ChannelShuffle(1) : operator;
  }

  private static Operator lessBias(Operator operator) {
    if (!(operator instanceof PointwiseConvolution op)) {
      return operator;
    }
    float[] bias = op.filter().foldedBias();
    for (int o = bias.length - bias.length / op.groups(); o < bias.length; o++) {
      bias[o] = 0;
    }
    Filter filter = Filter.of(op.filter().weight(), Tensor.of(bias, bias.length));
    return new PointwiseConvolution(filter, op.groups(), op.stride(), op.activation());
  }

  private static Operator half(Operator operator) {
    return switch (operator) {
      case PointwiseConvolution op ->
          new PointwiseConvolution(half(op.filter()), op.groups(), op.stride(), op.activation());
      case Dense op -> new Dense(half(op.filter()), op.activation());
      default -> operator;
    };
  }

  private static Filter half(Filter filter) {
    float[] weight = filter.foldedWeight();
    for (int i = 0; i < weight.length; i++) {
      weight[i] = Float.float16ToFloat(Float.floatToFloat16(weight[i]));
    }
    long outputs = filter.outputs();
    return Filter.of(
        Tensor.of(weight, outputs, weight.length / outputs),
        Tensor.of(filter.foldedBias(), outputs));
  }

  private static Operator unactivated(Operator operator) {
    return operator instanceof Convolution op
        ? new Convolution(op.filter(), op.groups(), op.kernel(), Activation.NONE)
        : operator;
  }

  // ---- operands that are not what was asked for ----

  private static RealImage nextGroup(Operator operator, RealImage x) {
    return operator instanceof PointwiseConvolution op ? turned(x, op.groups()) : x;
  }

  private static RealImage nextConvGroup(Operator operator, RealImage x) {
    return operator instanceof Convolution op ? turned(x, op.groups()) : x;
  }

  private static RealImage turned(RealImage x, int groups) {
    int channels = x.shape().channels();
    int n = groups == 1 ? 0 : channels / groups;
    return x.moved(x.shape(), (c, y, column) -> x.index((c + n) % channels, y, column));
  }

  private static RealImage phase(Operator operator, RealImage x) {
    if (!(operator instanceof PointwiseConvolution op) || op.stride() == 1) {
      return x;
    }
    int lastColumn = x.shape().width() - 1;
    return x.moved(x.shape(), (c, y, column) -> x.index(c, y, Math.min(column + 1, lastColumn)));
  }

  private static RealImage lastPixelZero(Operator operator, RealImage x) {
    long plane = x.shape().plane();
    return operator instanceof GlobalAveragePool
        ? Bits.indexed(x, (i, bits) -> (i + 1) % plane == 0 ? 0 : bits)
        : x;
  }

  private static RealImage channelsFastest(Operator operator, RealImage x) {
    if (!(operator instanceof Dense)) {
      return x;
    }
    int channels = x.shape().channels();
    int plane = Math.toIntExact(x.shape().plane());
    return x.moved(
        x.shape(),
        (c, y, column) -> {
          int i = x.index(c, y, column);
          return (long) i % channels * plane + i / channels;
        });
  }

  // ---- results that are not what was asked for ----

  private static RealImage sound(Operator operator, List<RealImage> operands, Shape out) {
    return ReferenceOperators.apply(operator, operands, out);
  }

  static RealImage withoutResidual(Operator operator, List<RealImage> in, Shape out) {
    return operator instanceof PointwiseConvolution
        ? sound(operator, in.subList(0, 1), out)
        : sound(operator, in, out);
  }

  private static RealImage residualLast(Operator operator, List<RealImage> in, Shape out) {
    if (operator instanceof PointwiseConvolution && in.size() == 2) {
      RealImage main = sound(operator, in.subList(0, 1), out);
      return sound(Arithmetic.add(), List.of(main, in.get(1)), out);
    }
    return sound(operator, in, out);
  }

  private static RealImage overAllTaps(Operator operator, List<RealImage> in, Shape out) {
    if (!(operator instanceof AveragePool(Kernel2d kernel, boolean _))) {
      return sound(operator, in, out);
    }
    float[] weight = new float[Math.multiplyExact(out.channels(), kernel.taps())];
    Arrays.fill(weight, 1f / kernel.taps());
    Filter filter =
        Filter.of(Tensor.of(weight, out.channels(), 1, kernel.height(), kernel.width()));
    return sound(new Convolution(filter, out.channels(), kernel, Activation.NONE), in, out);
  }

  private static RealImage atLeastZero(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    return operator instanceof MaxPool(Kernel2d kernel, boolean _) && kernel.top() > 0
        ? sound(new Activate(Activation.RELU), List.of(result), out)
        : result;
  }

  static RealImage withoutNaN(Operator operator, List<RealImage> in, Shape out) {
    return Bits.map(
        sound(operator, in, out), bits -> Float.isNaN(Float.intBitsToFloat(bits)) ? 0 : bits);
  }

  private static RealImage lastRowZero(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    boolean ceil =
        (operator instanceof AveragePool average && average.ceil())
            || (operator instanceof MaxPool max && max.ceil());
    long plane = out.plane();
    return ceil
        ? Bits.indexed(result, (i, bits) -> i % plane >= plane - out.width() ? 0 : bits)
        : result;
  }

  private static RealImage transposed(Operator operator, List<RealImage> in, Shape out) {
    return operator instanceof ChannelShuffle(int groups)
        ? sound(new ChannelShuffle(out.channels() / groups), in, out)
        : sound(operator, in, out);
  }

  private static RealImage tooLarge(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    return operator instanceof Softmax
        ? Bits.map(result, bits -> Float.floatToRawIntBits(1.001f * Float.intBitsToFloat(bits)))
        : result;
  }

  private static RealImage overflowing(Operator operator, List<RealImage> in, Shape out) {
    RealImage result = sound(operator, in, out);
    RealImage x = in.getFirst();
    return operator instanceof Softmax
        ? Bits.indexed(
            result, (i, bits) -> x.value(i) > 88.8 ? Float.floatToRawIntBits(Float.NaN) : bits)
        : result;
  }

  // ---- kernels ----

  /** Stores whole vectors of four only. */
  static final class NoTail extends ReferenceKernels {
    @Override
    void scatter(HostSlab slab, RealImage result, Placement to, int image) {
      long whole = to.shape().plane() / 4 * 4;
      super.scatter(
          slab,
          Bits.indexed(result, (i, bits) -> i % to.shape().plane() < whole ? bits : Numbers.POISON),
          to,
          image);
    }
  }

  /** Reads the operands of one kind of operator as if they had no address shifts. */
  static final class Unshifted extends ReferenceKernels {
    private final Class<? extends Operator> kind;

    Unshifted(Class<? extends Operator> kind) {
      this.kind = kind;
    }

    @Override
    Source source(Step step, int operand) {
      Source sound = super.source(step, operand);
      var asked = step.node().inputs().get(operand);
      return kind.isInstance(step.node().operator())
          ? new Source(
              sound.placement(),
              AddressMap.of(
                  asked.value().shape(),
                  asked.steps().stream().filter(s -> !(s instanceof AddressShift)).toList()))
          : sound;
    }
  }

  /** Stores the last plane a second time, behind the first. */
  static final class PlaneMore extends ReferenceKernels {
    @Override
    void scatter(HostSlab slab, RealImage result, Placement to, int image) {
      super.scatter(slab, result, to, image);
      long start = image * to.imagePitch() + to.plane(to.shape().channels());
      int last = Math.toIntExact((to.shape().channels() - 1) * to.shape().plane());
      for (int p = 0; p < to.shape().plane(); p++) {
        if ((start + p + 1) * 4 <= slab.slab().byteSize()) {
          slab.slab().set(Buffers.BITS, (start + p) * 4, result.bits(last + p));
        }
      }
    }
  }
}
