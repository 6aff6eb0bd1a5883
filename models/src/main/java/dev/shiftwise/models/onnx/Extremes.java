package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Max and Min: with numbers a clip, of two feature maps a pooling of the two together. */
final class Extremes {
  private Extremes() {}

  static List<Datum> maximum(Call call) throws Refusal {
    return List.of(extreme(call, true));
  }

  static List<Datum> minimum(Call call) throws Refusal {
    return List.of(extreme(call, false));
  }

  private static Datum extreme(Call call, boolean maximum) throws Refusal {
    float bound = maximum ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    @Nullable Feature all = null;
    int[] dims = {};
    for (int i = 0; i < call.inputs(); i++) {
      switch (Comparisons.input(call, i)) {
        case Constant constant -> {
          if (constant.kind() != ElementKind.FLOAT) {
            throw new Refusal("input " + i + " is " + constant.kind() + ", wanted FLOAT");
          }
          Float uniform = constant.uniform();
          float scalar = uniform == null ? constant.scalar() : uniform;
          bound = maximum ? Math.max(bound, scalar) : Math.min(bound, scalar);
          dims = Dims.broadcast(dims, constant.dims());
        }
        case Feature x -> all = all == null ? x : of(call, all, x, maximum);
      }
    }
    if (all == null) {
      throw new Refusal("it has no feature map");
    }
    if (!Arrays.equals(Dims.broadcast(all.dims(), dims), all.dims())) {
      throw new Refusal(
          "a constant of " + Dims.text(dims) + " is larger than " + Dims.text(all.dims()));
    }
    if (Float.isInfinite(bound)) {
      return all;
    }
    Activation clip =
        maximum
            ? Activations.clip(bound, Float.POSITIVE_INFINITY)
            : Activations.clip(Float.NEGATIVE_INFINITY, bound);
    return Activations.apply(call, all, clip);
  }

  private static Feature of(Call call, Feature a, Feature b, boolean maximum) throws Refusal {
    int[] to = Dims.broadcast(a.dims(), b.dims());
    if (call.scope().isBatched() && (a.rank() != b.rank() || a.dims()[0] != b.dims()[0])) {
      throw Refusal.ofBatch("its operands do not both begin with the batch");
    }
    if (maximum) {
      return pooled(call, a, b, to);
    }
    Feature least =
        pooled(call, Arithmetics.line(call, a, -1, 0), Arithmetics.line(call, b, -1, 0), to);
    return Arithmetics.line(call, least, -1, 0);
  }

  /** Each row of the one above the same row of the other: of every two the larger, exactly. */
  private static Feature pooled(Call call, Feature a, Feature b, int[] to) throws Refusal {
    Scope scope = call.scope();
    Operand first = scope.views().natural(wide(call, a, to));
    Operand second = scope.views().natural(wide(call, b, to));
    Shape shape = first.shape();
    Value both = scope.draft().add(call.name() + ".both", new Concat(), first, second);
    int rows = shape.channels() * shape.height();
    int[] split = {2, rows, shape.width()};
    Feature rowsOfBoth =
        scope.moved(call.operator(), Feature.of(both, split), Move.transpose(split, 1, 0, 2), 0);
    Shape twice = new Shape(shape.channels(), 2 * shape.height(), shape.width());
    return scope.add(
        call.name(),
        to,
        new MaxPool(new Kernel2d(2, 1, 2, 1, 1, 1, 0, 0, 0, 0), false),
        scope.operand(rowsOfBoth, twice));
  }

  private static Feature wide(Call call, Feature x, int[] to) throws Refusal {
    return Moves.expanded(call, x, to) instanceof Feature wide ? wide : x;
  }
}
