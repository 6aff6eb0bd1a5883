package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Rearrangements;
import dev.shiftwise.network.Resize;
import dev.shiftwise.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resize and its predecessor Upsample: nearest, which only moves, linear and cubic. */
final class Resizes {
  private static final float USUAL_SLOPE = -0.75f;

  private Resizes() {}

  /**
   * What is asked for.
   *
   * @param sizes of the result, a dimension each
   * @param scales how many times as large each is meant to be
   */
  private record Target(List<Integer> sizes, List<Double> scales) {
    boolean isSmaller() {
      return scales.stream().anyMatch(scale -> scale < 1);
    }
  }

  static List<Datum> upsample(Call call) throws Refusal {
    return before11(call, call.opset() < 9 ? call.reals("scales") : call.constant(1).toFloats());
  }

  /** As it was before it could be told how: places by the scale alone, rounded down. */
  private static List<Datum> before11(Call call, float @Nullable [] scales) throws Refusal {
    Feature x = call.feature(0);
    Target target = scaled(call, x, scales, all(x.rank()), false);
    String mode = call.text("mode", "nearest");
    return List.of(
        switch (mode) {
          case "nearest" ->
              nearest(call, x, target, Coordinates.ASYMMETRIC, Rearrangements.Nearest.FLOOR);
          case "linear", "bilinear" -> linear(call, x, target, Coordinates.ASYMMETRIC);
          default -> throw Call.refused("mode", mode, "nearest or linear");
        });
  }

  static List<Datum> resize(Call call) throws Refusal {
    if (call.opset() < 11) {
      return before11(call, call.constant(1).toFloats());
    }
    call.ignore("extrapolation_value");
    Feature x = call.feature(0);
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
    Rearrangements.Nearest nearest = nearest(call.text("nearest_mode", "round_prefer_floor"));
    boolean antialiased = call.flag("antialias", false) && target.isSmaller();
    boolean excludes = call.flag("exclude_outside", false);
    double slope = call.real("cubic_coeff_a", USUAL_SLOPE);
    String mode = call.text("mode", "nearest");
    if (antialiased && coordinates == Coordinates.ALIGN_CORNERS && !mode.equals("nearest")) {
      // What a smaller result's elements cover is then anybody's guess.
      throw Call.refused("antialias", 1, "0 with align_corners");
    }
    return List.of(
        switch (mode) {
          case "nearest" -> nearest(call, x, target, coordinates, nearest);
          case "linear" ->
              antialiased
                  ? new Resampling(new Resampling.Linear(), true, excludes, coordinates)
                      .resized(call, x, target.sizes(), target.scales())
                  : linear(call, x, target, coordinates);
          case "cubic" ->
              new Resampling(new Resampling.Cubic(slope), antialiased, excludes, coordinates)
                  .resized(call, x, target.sizes(), target.scales());
          default -> throw Call.refused("mode", mode, "nearest, linear or cubic");
        });
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

  private static Feature nearest(
      Call call, Feature x, Target target, Coordinates coordinates, Rearrangements.Nearest nearest)
      throws Refusal {
    int[] @Nullable [] picked = new int[x.rank()][];
    for (int i = 0; i < picked.length; i++) {
      int to = target.sizes().get(i);
      double scale = target.scales().get(i);
      if (to != x.dims()[i] || scale != 1) {
        Move.requireFew(to);
        picked[i] = Rearrangements.nearest(x.dims()[i], to, scale, coordinates, nearest);
      }
    }
    return call.scope().moved("Resize", x, Move.pick(x.dims(), picked), 0);
  }

  /** Of planes one operator; along other axes one after another. */
  private static Feature linear(Call call, Feature x, Target target, Coordinates coordinates)
      throws Refusal {
    int rank = x.rank();
    int[] to = target.sizes().stream().mapToInt(Integer::intValue).toArray();
    Dims.elements(to);
    for (int i = 0; i < rank - 2; i++) {
      if (to[i] != x.dims()[i]) {
        return new Resampling(new Resampling.Linear(), false, false, coordinates)
            .resized(call, x, target.sizes(), target.scales());
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
