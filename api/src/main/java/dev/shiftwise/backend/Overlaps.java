package dev.shiftwise.backend;

import dev.shiftwise.network.Network;
import dev.shiftwise.network.Node;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Which of a caller's feature maps may share memory (SPEC section 3): inputs with inputs always,
 * and a residual with exactly the output's place; every other overlap of an output is refused.
 *
 * <p>Judged by the channels used and not by the byte range: windows of a batch interleave.
 */
final class Overlaps {
  private Overlaps() {}

  static void check(
      Network network, List<FeatureMap> inputs, List<FeatureMap> outputs, List<String> names) {
    for (int o = 0; o < outputs.size(); o++) {
      for (int i = 0; i < inputs.size(); i++) {
        Value input = network.inputs().get(i);
        if (share(inputs.get(i), outputs.get(o))
            && !(isSamePlace(inputs.get(i), outputs.get(o))
                && isOnlyResidual(network, input, names.get(o)))) {
          throw new IllegalArgumentException(
              "output '"
                  + names.get(o)
                  + "' overlaps input '"
                  + input.name()
                  + "', wanted memory of its own (only a residual may be the output's place)");
        }
      }
      for (int p = 0; p < o; p++) {
        if (share(outputs.get(p), outputs.get(o))) {
          throw new IllegalArgumentException(
              "output '"
                  + names.get(o)
                  + "' overlaps output '"
                  + names.get(p)
                  + "', wanted memory of its own");
        }
      }
    }
  }

  private static boolean isSamePlace(FeatureMap a, FeatureMap b) {
    return a.segment().equals(b.segment()) && a.map().equals(b.map()) && a.asWindow().isPresent();
  }

  /** Whether an input is read once, as the residual of the convolution that makes the output. */
  private static boolean isOnlyResidual(Network network, Value input, String output) {
    Operand result = network.outputs().get(output);
    boolean residual = false;
    for (Node node : network.nodes()) {
      for (int i = 0; i < node.inputs().size(); i++) {
        Operand operand = node.inputs().get(i);
        if (operand.value().equals(input)) {
          if (i != 1
              || residual
              || !(node.operator() instanceof PointwiseConvolution)
              || result == null
              || !result.equals(Operand.of(node.output()))) {
            return false;
          }
          residual = true;
        }
      }
    }
    return residual;
  }

  private static boolean share(FeatureMap a, FeatureMap b) {
    MemorySegment first = a.segment();
    MemorySegment second = b.segment();
    if (first.asOverlappingSlice(second).isEmpty()) {
      return false;
    }
    boolean sameImages = first.equals(second) && a.map().source().equals(b.map().source());
    return !sameImages || sharePlanes(a.map(), b.map());
  }

  private static boolean sharePlanes(AddressMap a, AddressMap b) {
    boolean[] used = new boolean[a.source().channels()];
    long plane = a.source().plane();
    boolean[] shared = new boolean[1];
    a.forEachPiece(
        (to, from, length) -> {
          for (long c = from;
              c != AddressMap.NOWHERE && c < from + length;
              c += plane - c % plane) {
            used[(int) (c / plane)] = true;
          }
        });
    b.forEachPiece(
        (to, from, length) -> {
          for (long c = from;
              c != AddressMap.NOWHERE && c < from + length;
              c += plane - c % plane) {
            shared[0] |= used[(int) (c / plane)];
          }
        });
    return shared[0];
  }
}
