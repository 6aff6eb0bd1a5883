package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resize and its predecessor Upsample: nearest, which only moves, and bilinear. */
final class Resizes {
  private Resizes() {}

  /**
   * What is asked for.
   *
   * @param sizes of the result, a dimension each
   * @param scales how many times as large each is meant to be
   */
  private record Target(List<Integer> sizes, List<Double> scales) {}

  static List<Datum> upsample(Call call) throws Refusal {
    Feature x = call.feature(0);
    float[] scales = call.opset() < 9 ? call.reals("scales") : call.constant(1).toFloats();
    return List.of(
        resized(
            call,
            x,
            scaled(call, x, scales, all(x.rank()), false),
            call.text("mode", "nearest"),
            Coordinates.ASYMMETRIC,
            Rearrangements.Nearest.FLOOR));
  }

  static List<Datum> resize(Call call) throws Refusal {
    call.ignore("cubic_coeff_a", "extrapolation_value", "exclude_outside");
    Feature x = call.feature(0);
    String mode = call.text("mode", "nearest");
    if (call.opset() < 11) {
      Target target = scaled(call, x, call.constant(1).toFloats(), all(x.rank()), false);
      return List.of(
          resized(call, x, target, mode, Coordinates.ASYMMETRIC, Rearrangements.Nearest.FLOOR));
    }
    if (call.flag("antialias", false)) {
      throw Call.refused("antialias", 1, "0");
    }
    long[] axes = call.integers("axes");
    int[] which = all(x.rank());
    if (axes != null) {
      Dims.marked(axes, x.rank());
      which = new int[axes.length];
      for (int i = 0; i < which.length; i++) {
        which[i] = Dims.axis(axes[i], x.rank());
      }
    }
    Constant scales = call.optional(2);
    Constant sizes = call.optional(3);
    String policy = call.text("keep_aspect_ratio_policy", "stretch");
    if (!policy.equals("stretch")) {
      throw Call.refused("keep_aspect_ratio_policy", policy, "stretch");
    }
    Coordinates coordinates =
        coordinates(call.text("coordinate_transformation_mode", "half_pixel"));
    Target target =
        sizes != null && sizes.elements() > 0
            ? sized(call, x, sizes, which)
            : scaled(
                call,
                x,
                scales == null ? null : scales.toFloats(),
                which,
                coordinates == Coordinates.ALIGN_CORNERS);
    String nearest = call.text("nearest_mode", "round_prefer_floor");
    return List.of(resized(call, x, target, mode, coordinates, nearest(nearest)));
  }

  private static int[] all(int rank) throws Refusal {
    return Move.steps(0, 1, rank);
  }

  private static Coordinates coordinates(String mode) throws Refusal {
    return switch (mode) {
      case "half_pixel" -> Coordinates.HALF_PIXEL;
      case "pytorch_half_pixel" -> Coordinates.PYTORCH_HALF_PIXEL;
      case "align_corners" -> Coordinates.ALIGN_CORNERS;
      case "asymmetric" -> Coordinates.ASYMMETRIC;
      default ->
          throw Call.refused(
              "coordinate_transformation_mode",
              mode,
              "half_pixel, pytorch_half_pixel, align_corners or asymmetric");
    };
  }

  private static Rearrangements.Nearest nearest(String mode) throws Refusal {
    return switch (mode) {
      case "round_prefer_floor" -> Rearrangements.Nearest.ROUND_PREFER_FLOOR;
      case "round_prefer_ceil" -> Rearrangements.Nearest.ROUND_PREFER_CEIL;
      case "floor" -> Rearrangements.Nearest.FLOOR;
      case "ceil" -> Rearrangements.Nearest.CEIL;
      default ->
          throw Call.refused(
              "nearest_mode", mode, "round_prefer_floor, round_prefer_ceil, floor or ceil");
    };
  }

  private static Target scaled(
      Call call, Feature x, float @Nullable [] scales, int[] axes, boolean alignsCorners)
      throws Refusal {
    if (scales == null || scales.length != axes.length) {
      throw new Refusal("its scales are missing or not " + axes.length);
    }
    Integer[] sizes = Arrays.stream(x.dims()).boxed().toArray(Integer[]::new);
    Double[] factors = new Double[x.rank()];
    Arrays.fill(factors, 1.0);
    for (int i = 0; i < axes.length; i++) {
      // In float32, as everybody does it: 5 * 1.4f is 7 then.
      float exact = x.dims()[axes[i]] * scales[i];
      double size = Math.floor(exact);
      if (!(size >= 1 && size <= Dims.MOST_ELEMENTS)) {
        throw new Refusal("scale " + scales[i] + " makes dimension " + axes[i] + " " + size);
      }
      if (scales[i] != 1) {
        call.requireNotBatch(x, axes[i]);
      }
      if (alignsCorners && size != exact) {
        // The standard's own evaluator and its runtimes disagree about it.
        throw Call.refused("scales", scales[i], "one of a whole size with align_corners");
      }
      sizes[axes[i]] = (int) size;
      factors[axes[i]] = (double) scales[i];
    }
    return new Target(List.of(sizes), List.of(factors));
  }

  private static Target sized(Call call, Feature x, Constant stated, int[] axes) throws Refusal {
    Integer[] sizes = Arrays.stream(x.dims()).boxed().toArray(Integer[]::new);
    Double[] factors = new Double[x.rank()];
    Arrays.fill(factors, 1.0);
    if (stated.elements() != axes.length) {
      throw new Refusal("it has " + stated.elements() + " sizes, wanted " + axes.length);
    }
    for (int i = 0; i < axes.length; i++) {
      int axis = axes[i];
      long size = stated.integer(i);
      if (axis == 0 && call.scope().isBatched()) {
        size = call.scope().perImage(size, stated.perBatch(i));
      } else if (stated.perBatch(i) != 0) {
        throw Refusal.ofBatch("the batch becomes dimension " + axis);
      }
      if (size < 1 || size > Dims.MOST_ELEMENTS) {
        throw new Refusal("size " + i + " is " + size + ", wanted 1 or more");
      }
      if (size != x.dims()[axis]) {
        call.requireNotBatch(x, axis);
      }
      sizes[axis] = (int) size;
      factors[axis] = (double) size / x.dims()[axis];
    }
    return new Target(List.of(sizes), List.of(factors));
  }

  private static Feature resized(
      Call call,
      Feature x,
      Target target,
      String mode,
      Coordinates coordinates,
      Rearrangements.Nearest nearest)
      throws Refusal {
    int rank = x.rank();
    int[] to = target.sizes().stream().mapToInt(Integer::intValue).toArray();
    Dims.elements(to);
    if (mode.equals("nearest")) {
      int[] @Nullable [] picked = new int[rank][];
      for (int i = 0; i < rank; i++) {
        if (to[i] != x.dims()[i] || target.scales().get(i) != 1) {
          Move.requireFew(to[i]);
          picked[i] =
              Rearrangements.nearest(
                  x.dims()[i], to[i], target.scales().get(i), coordinates, nearest);
        }
      }
      return call.scope().moved("Resize", x, Move.pick(x.dims(), picked), 0);
    }
    if (!mode.equals("linear") && !mode.equals("bilinear")) {
      throw Call.refused("mode", mode, "nearest or linear");
    }
    for (int i = 0; i < rank - 2; i++) {
      if (to[i] != x.dims()[i]) {
        throw new Refusal("it resizes dimension " + i + ", wanted the last two only");
      }
    }
    int height = rank > 1 ? x.dims()[rank - 2] : 1;
    int width = x.dims()[rank - 1];
    Shape in = new Shape(x.elements() / height / width, height, width);
    // Two indices and a share for each row and column.
    call.scope().index(3L * (rank > 1 ? to[rank - 2] : 1) + 3L * to[rank - 1]);
    Resize resize =
        new Resize(
            axis(
                height,
                rank > 1 ? to[rank - 2] : 1,
                rank > 1 ? target.scales().get(rank - 2) : 1,
                coordinates),
            axis(width, to[rank - 1], target.scales().get(rank - 1), coordinates));
    return call.scope().add(call.name(), to, resize, call.scope().operand(x, in));
  }

  private static Resize.Axis axis(int from, int to, double scale, Coordinates coordinates) {
    return from == to && scale == 1
        ? Resize.Axis.same(from)
        : Resize.Axis.linear(from, to, scale, coordinates);
  }
}
