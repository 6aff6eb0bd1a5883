package dev.shiftwise.conformance;

import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Node;
import dev.shiftwise.plan.HostSlab;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressMap;
import java.util.List;

/**
 * Carries out the steps of a memory plan in plain Java: gather the operands from the slab, compute
 * with the oracle's operators, store. Mutants override one of the parts.
 */
class ReferenceKernels {

  void run(HostSlab slab, Step step, Layout layout, int image) {
    boolean flat = layout.guards() && !(step.node().operator() instanceof Copy);
    List<RealImage> operands =
        step.sources().stream().map(source -> gather(slab, source, flat, image)).toList();
    scatter(slab, compute(step.node(), operands), step.destination(), image);
    slab.fillGuards(step.destination(), step.guards(), image);
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
                      ? 0
                      : slab.slab().get(Buffers.BITS, (start + from + i) * 4);
            }
          });
    }
    return RealImage.of(bits, 0, shape);
  }

  /** Computes one node. */
  RealImage compute(Node node, List<RealImage> operands) {
    return ReferenceOperators.apply(node.operator(), operands, node.output().shape());
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
}
