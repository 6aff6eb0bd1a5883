package dev.shiftwise.conformance;

import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import dev.shiftwise.view.AddressMap;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Carries out the steps of a memory plan in plain Java: gather the operands from the slab, compute
 * with the oracle's operators, store. Mutants override one of the parts.
 */
class ReferenceKernels {

  /** Packs an operator's weights, so that they may go: a copy with the normalisation folded in. */
  Operator packed(Operator operator) {
    return switch (operator) {
      case PointwiseConvolution op ->
          new PointwiseConvolution(packed(op.filter()), op.groups(), op.stride(), op.activation());
      case Convolution op ->
          new Convolution(packed(op.filter()), op.groups(), op.kernel(), op.activation());
      case Dense op -> new Dense(packed(op.filter()), op.activation());
      default -> operator;
    };
  }

  Filter packed(Filter filter) {
    long[] dimensions = filter.weight().dimensions().stream().mapToLong(Long::longValue).toArray();
    return Filter.of(
        Tensor.of(filter.foldedWeight(), dimensions),
        Tensor.of(filter.foldedBias(), filter.outputs()));
  }

  void run(HostSlab slab, Step step, Operator packed, Layout layout, int image) {
    boolean flat = layout.guards() && !(packed instanceof Copy);
    List<RealImage> operands =
        IntStream.range(0, step.sources().size())
            .mapToObj(i -> gather(slab, source(step, i), flat, image))
            .toList();
    scatter(slab, compute(packed, operands, step.destination().shape()), step.destination(), image);
    fillGuards(slab, step, image);
  }

  /** Returns what an operand is read from. */
  Source source(Step step, int operand) {
    return step.sources().get(operand);
  }

  /** Reads an operand as the layout says: flat beyond the planes' ends, or by the address map. */
  RealImage gather(HostSlab slab, Source source, boolean flat, int image) {
    Shape shape = source.map().shape();
    int[] bits = new int[Math.toIntExact(shape.elements())];
    long start = image * source.placement().imagePitch();
    if (flat) {
      int at = 0;
      for (int c = 0; c < shape.channels(); c++) {
        for (long p = 0; p < shape.plane(); p++) {
          bits[at++] = slab.slab().get(Buffers.BITS, (start + source.flat(c) + p) * 4);
        }
      }
    } else {
      source.forEachPiece(
          (to, from, length) -> {
            for (long i = 0; i < length; i++) {
              bits[(int) (to + i)] =
                  from == AddressMap.NOWHERE
                      ? outside()
                      : slab.slab().get(Buffers.BITS, (start + from + i) * 4);
            }
          });
    }
    return RealImage.of(bits, 0, shape);
  }

  /** What stands outside a plane under a ZERO border. */
  int outside() {
    return 0;
  }

  /** Computes one node. */
  RealImage compute(Operator operator, List<RealImage> operands, Shape out) {
    return ReferenceOperators.apply(operator, operands, out);
  }

  /** Stores a result. */
  void scatter(HostSlab slab, RealImage result, Placement to, int image) {
    long start = image * to.imagePitch();
    int at = 0;
    for (int c = 0; c < to.shape().channels(); c++) {
      for (long p = 0; p < to.shape().plane(); p++) {
        slab.slab().set(Buffers.BITS, (start + to.plane(c) + p) * 4, result.bits(at++));
      }
    }
  }

  void fillGuards(HostSlab slab, Step step, int image) {
    slab.fillGuards(step.destination(), step.guards(), image);
  }
}
