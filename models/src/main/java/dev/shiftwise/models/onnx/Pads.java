package dev.shiftwise.models.onnx;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pad, in all its modes; negative numbers cut off. */
final class Pads {
  private Pads() {}

  static List<Datum> pad(Call call) throws Refusal {
    Datum from = call.input(0);
    int rank = from.rank();
    long[] pads = call.integers("pads", 1, 11);
    double value = 0;
    if (call.opset() < 11) {
      value = call.real("value", 0);
    } else if (call.has(2)) {
      Constant stated = call.constant(2);
      stated.requireFixed();
      value = stated.elements() == 0 ? 0 : stated.real(0);
    }
    String mode = call.text("mode", "constant");
    int[] axes = Move.steps(0, 1, rank);
    long[] stated = call.has(3) ? call.constant(3).integers() : null;
    if (stated != null) {
      Dims.marked(stated, rank);
      axes = new int[stated.length];
      for (int i = 0; i < axes.length; i++) {
        axes[i] = Dims.axis(stated[i], rank);
      }
    }
    if (pads == null || pads.length != 2 * axes.length) {
      throw new Refusal("its pads are missing or not " + 2 * axes.length);
    }
    int[] @Nullable [] picked = new int[rank][];
    int[] to = from.dims().clone();
    for (int i = 0; i < axes.length; i++) {
      long before = pads[i];
      long after = pads[axes.length + i];
      if (Math.max(Math.abs(before), Math.abs(after)) > Dims.MOST_ELEMENTS) {
        throw Call.refused("pads", Arrays.toString(pads), "less");
      }
      long padded = before + to[axes[i]] + after;
      if (padded < 0 || padded > Dims.MOST_ELEMENTS) {
        throw Call.refused("pads", Arrays.toString(pads), "a size of at least 0");
      }
      to[axes[i]] = (int) padded;
    }
    Dims.elements(to);
    for (int i = 0; i < axes.length; i++) {
      int axis = axes[i];
      int before = (int) pads[i];
      if (before != 0 || pads[axes.length + i] != 0) {
        call.requireNotBatch(from, axis);
        picked[axis] = indices(mode, before, from.dims()[axis], to[axis]);
      }
    }
    return List.of(Moves.moved(call, from, Move.pick(from.dims(), picked), value));
  }

  private static int[] indices(String mode, int before, int size, int to) throws Refusal {
    Move.requireFew(to);
    int[] indices = new int[to];
    int period = Math.max(1, 2 * (size - 1));
    for (int i = 0; i < to; i++) {
      int at = i - before;
      indices[i] =
          switch (mode) {
            case "constant" -> at < 0 || at >= size ? Move.OUTSIDE : at;
            case "edge" -> Math.clamp(at, 0, size - 1);
            case "wrap" -> Math.floorMod(at, size);
            case "reflect" -> {
              int turned = Math.floorMod(at, period);
              yield Math.min(turned, period - turned);
            }
            default -> throw Call.refused("mode", mode, "constant, edge, reflect or wrap");
          };
    }
    return indices;
  }
}
