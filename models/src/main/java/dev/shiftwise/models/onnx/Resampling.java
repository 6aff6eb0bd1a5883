package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Coordinates;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Resizes in which any number of elements count, one axis after another: for each index of the
 * result the elements that count for it are put side by side, as channels, and a pointwise
 * convolution with a group for each index weighs them.
 *
 * @param curve how much an element counts
 * @param antialiased whether a smaller result is made of as many more elements
 * @param excludesOutside whether what would lie outside does not count, rather than the edge
 *     counting for it
 * @param coordinates where an index of the result lies
 */
record Resampling(
    Curve curve, boolean antialiased, boolean excludesOutside, Coordinates coordinates) {

  /** How much an element counts, by its distance. */
  sealed interface Curve {
    /** Up to which distance anything counts. */
    int reach();

    /** Returns the weight for a distance of at least 0. */
    double weight(double distance);
  }

  /** Linear interpolation. */
  record Linear() implements Curve {
    @Override
    public int reach() {
      return 1;
    }

    @Override
    public double weight(double distance) {
      return Math.max(0, 1 - distance);
    }
  }

  /**
   * Cubic convolution.
   *
   * @param a the slope at a distance of 1
   */
  record Cubic(double a) implements Curve {
    @Override
    public int reach() {
      return 2;
    }

    @Override
    public double weight(double distance) {
      if (distance <= 1) {
        return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
      }
      return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
    }
  }

  /** The elements that count along one axis, as many for each index of the result. */
  private static final class Taps {
    /** Of the elements, {@link Move#OUTSIDE} where fewer count. */
    final int[] indices;

    /** Of the elements, 0 where fewer count. */
    final float[] weights;

    final int each;

    Taps(int[] indices, float[] weights, int each) {
      this.indices = indices;
      this.weights = weights;
      this.each = each;
    }
  }

  /**
   * Returns the feature map with other sizes.
   *
   * @param sizes of the result, a dimension each
   * @param scales how many times as large each is meant to be
   * @throws Refusal if the result, or what is put side by side for it, is too large
   */
  Feature resized(Call call, Feature x, List<Integer> sizes, List<Double> scales) throws Refusal {
    // What makes it smaller comes first: there is less to do for the others then.
    List<Integer> axes =
        IntStream.range(0, x.rank())
            .filter(i -> sizes.get(i) != x.dims()[i] || scales.get(i) != 1)
            .boxed()
            .sorted(Comparator.comparing(scales::get))
            .toList();
    Feature result = x;
    for (int axis : axes) {
      result =
          resized(
              call, result, axis, taps(call, x.dims()[axis], sizes.get(axis), scales.get(axis)));
    }
    return result;
  }

  private static Feature resized(Call call, Feature x, int axis, Taps taps) throws Refusal {
    Scope scope = call.scope();
    int[] @Nullable [] picked = new int[x.rank()][];
    picked[axis] = taps.indices;
    int[] front = new int[x.rank()];
    int[] back = new int[x.rank()];
    for (int i = 0; i < front.length; i++) {
      front[i] = i == 0 ? axis : i <= axis ? i - 1 : i;
      back[front[i]] = i;
    }
    Move move = Move.pick(x.dims(), picked).inOrder(front);
    Feature sideBySide = scope.moved(call.operator(), x, move, 0);
    int[] made = move.dims().clone();
    made[0] /= taps.each;
    Tensor weights = Tensor.of(taps.weights, made[0], taps.each);
    Value value =
        scope
            .draft()
            .add(
                call.name(),
                PointwiseConvolution.of(new Filter(weights, null, null)).withGroups(made[0]),
                scope.operand(
                    sideBySide,
                    new Shape(move.dims()[0], 1, sideBySide.elements() / move.dims()[0])));
    return scope.moved(call.operator(), Feature.of(value, made), Move.transpose(made, back), 0);
  }

  private Taps taps(Call call, int from, int to, double scale) throws Refusal {
    double closeness = antialiased ? Math.min(1, scale) : 1;
    int most = (int) Math.min(from, Math.ceil(2 * curve.reach() / closeness) + 1);
    Move.requireFew((long) most * to);
    call.scope().fold((long) most * to);
    int[] counting = new int[most];
    double[] shares = new double[most];
    int each = 1;
    for (int i = 0; i < to; i++) {
      double place = coordinates.place(i, from, to, scale);
      each = Math.max(each, count(place, closeness, from, counting, shares));
    }
    int[] indices = new int[to * each];
    Arrays.fill(indices, Move.OUTSIDE);
    float[] weights = new float[indices.length];
    for (int i = 0; i < to; i++) {
      double place = coordinates.place(i, from, to, scale);
      int count = count(place, closeness, from, counting, shares);
      double sum = Arrays.stream(shares, 0, count).sum();
      for (int k = 0; k < count; k++) {
        indices[i * each + k] = counting[k];
        weights[i * each + k] = (float) (shares[k] / sum);
      }
    }
    return new Taps(indices, weights, each);
  }

  /**
   * Finds the elements that count for a place, and how much. What counts for nothing is left out,
   * so that no NaN comes from there.
   *
   * @return how many there are
   */
  private int count(double place, double closeness, int from, int[] counting, double[] shares) {
    double reach = curve.reach() / closeness;
    long last = (long) Math.floor(place + reach);
    int count = 0;
    for (long i = (long) Math.ceil(place - reach); i <= last; i++) {
      double weight = curve.weight(Math.abs(i - place) * closeness);
      int inside = (int) Math.clamp(i, 0, from - 1L);
      if (weight == 0 || (excludesOutside && inside != i)) {
        continue;
      }
      if (count > 0 && counting[count - 1] == inside) {
        shares[count - 1] += weight;
      } else {
        counting[count] = inside;
        shares[count++] = weight;
      }
    }
    return count;
  }
}
