package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Arithmetic.Function;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Comparisons of feature maps with others and with constants, what is made of their results, and
 * what is chosen by them. True is 1 and false is 0, so that all of it is arithmetic.
 */
final class Comparisons {
  private Comparisons() {}

  // ---- comparisons ----

  static List<Datum> less(Call call) throws Refusal {
    return compared(call, Function.LESS, false);
  }

  static List<Datum> lessOrEqual(Call call) throws Refusal {
    return compared(call, Function.LESS_OR_EQUAL, false);
  }

  static List<Datum> greater(Call call) throws Refusal {
    return compared(call, Function.LESS, true);
  }

  static List<Datum> greaterOrEqual(Call call) throws Refusal {
    return compared(call, Function.LESS_OR_EQUAL, true);
  }

  private static List<Datum> compared(Call call, Function function, boolean turned) throws Refusal {
    ElementTypes.require(call, 0, ElementKind.FLOAT);
    ElementTypes.require(call, 1, ElementKind.FLOAT);
    Datum a = input(call, turned ? 1 : 0);
    Datum b = input(call, turned ? 0 : 1);
    return List.of(logical(joined(call, a, b, function)));
  }

  static List<Datum> equal(Call call) throws Refusal {
    ElementTypes.common(call, 0, 1);
    Datum a = numbers(call, 0);
    Datum b = numbers(call, 1);
    return List.of(logical(joined(call, a, b, Function.EQUAL)));
  }

  static List<Datum> isNaN(Call call) throws Refusal {
    Feature x = real(call);
    return List.of(not(call, joined(call, x, x, Function.EQUAL)));
  }

  static List<Datum> isInfinite(Call call) throws Refusal {
    boolean positive = call.flag("detect_positive", true);
    boolean negative = call.flag("detect_negative", true);
    Feature x = real(call);
    if (positive && negative) {
      x = Activations.apply(call, x, new Activation.LeakyRelu(-1));
    } else if (!positive && !negative) {
      throw new Refusal("it detects neither infinity");
    }
    float bound = positive ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    return List.of(logical(joined(call, x, Arithmetics.number(bound), Function.EQUAL)));
  }

  /** An operand that is FLOAT or DOUBLE: exporters cast to DOUBLE what they ask this of. */
  private static Feature real(Call call) throws Refusal {
    Feature x = call.feature(0);
    if (x.kind() != ElementKind.DOUBLE) {
      ElementTypes.require(call, 0, ElementKind.FLOAT);
    }
    return numeric(x);
  }

  /** {@code (0 < x) - (x < 0)}; 0 of NaN, as in PyTorch. */
  static List<Datum> sign(Call call) throws Refusal {
    Feature x = call.feature(0);
    return List.of(
        joined(
            call,
            joined(call, Arithmetics.number(0), x, Function.LESS),
            joined(call, x, Arithmetics.number(0), Function.LESS),
            Function.SUBTRACT));
  }

  // ---- of what is true or false ----

  static List<Datum> not(Call call) throws Refusal {
    ElementTypes.require(call, 0, ElementKind.BOOL);
    return List.of(not(call, call.feature(0)));
  }

  private static Feature not(Call call, Feature x) throws Refusal {
    return logical(Arithmetics.line(call, x, -1, 1));
  }

  static List<Datum> and(Call call) throws Refusal {
    return List.of(logical(pair(call, Function.MULTIPLY)));
  }

  static List<Datum> or(Call call) throws Refusal {
    Feature sum = pair(call, Function.ADD);
    return List.of(logical(Activations.apply(call, sum, new Activation.Clip(0, 1))));
  }

  static List<Datum> xor(Call call) throws Refusal {
    return List.of(not(call, pair(call, Function.EQUAL)));
  }

  private static Feature pair(Call call, Function function) throws Refusal {
    ElementTypes.require(call, 0, ElementKind.BOOL);
    ElementTypes.require(call, 1, ElementKind.BOOL);
    Datum a = numbers(call, 0);
    Datum b = numbers(call, 1);
    return joined(call, a, b, function);
  }

  /**
   * Returns the feature map that is input 0 as another type.
   *
   * @throws Refusal if feature maps cannot be of that type
   */
  static Datum cast(Call call, ElementKind to) throws Refusal {
    if (to != ElementKind.FLOAT && to != ElementKind.BOOL && to != ElementKind.DOUBLE) {
      throw new Refusal("it makes a feature map " + to + ", wanted FLOAT, DOUBLE or BOOL");
    }
    return switch (call.any(0)) {
      case Feature x when to != ElementKind.BOOL || x.kind() == to -> x.withKind(to);
      case Datum _ ->
          not(call, joined(call, call.feature(0), Arithmetics.number(0), Function.EQUAL));
    };
  }

  // ---- choices ----

  /** Elements of two values: by a constant a move, by a feature map what two masks leave. */
  static List<Datum> where(Call call) throws Refusal {
    if (call.isConstant()) {
      return Folding.where(call);
    }
    ElementTypes.require(call, 0, ElementKind.BOOL);
    ElementKind kind = ElementTypes.common(call, 1, 2);
    if (call.any(0) instanceof Constant) {
      return Folding.where(call).stream()
          .map(made -> made instanceof Feature feature ? feature.withKind(kind) : made)
          .toList();
    }
    Feature condition = call.feature(0);
    Datum yes = numbers(call, 1);
    Datum no = numbers(call, 2);
    Feature first = joined(call, yes, condition, Function.MASK);
    Feature second = joined(call, no, not(call, condition), Function.MASK);
    return List.of(joined(call, first, second, Function.ADD).withKind(kind));
  }

  // ---- two values ----

  private static Feature logical(Feature made) {
    return made.withKind(ElementKind.BOOL);
  }

  /** An input, whose truths are 1 and whose falsehoods are 0. */
  private static Datum numbers(Call call, int index) throws Refusal {
    return switch (input(call, index)) {
      case Constant constant when constant.kind() == ElementKind.BOOL -> {
        call.scope().fold(constant.elements());
        yield constant.cast(ElementKind.FLOAT);
      }
      case Constant constant -> constant;
      case Feature feature -> feature.withKind(ElementKind.FLOAT);
    };
  }

  /**
   * Returns an input; a constant like a feature map, zeros for each image, is one of any image.
   *
   * @throws Refusal if the batch is elsewhere
   */
  static Datum input(Call call, int index) throws Refusal {
    if (call.any(index) instanceof Constant constant
        && call.batchAxis(constant) == 0
        && constant.rank() == rank(call)) {
      return constant.withBatchAxis(-1);
    }
    return call.input(index);
  }

  /** The most dimensions that a feature map among the inputs has. */
  private static int rank(Call call) throws Refusal {
    int rank = 0;
    for (int i = 0; i < call.inputs(); i++) {
      rank = call.any(i) instanceof Feature feature ? Math.max(rank, feature.rank()) : rank;
    }
    return rank;
  }

  private static Feature joined(Call call, Datum a, Datum b, Function function) throws Refusal {
    if (a instanceof Feature left && b instanceof Feature right) {
      return Arithmetics.features(call, numeric(left), numeric(right), function);
    }
    if (a instanceof Feature x && b instanceof Constant constant) {
      return withConstant(call, numeric(x), constant, function, false);
    }
    if (a instanceof Constant constant && b instanceof Feature x) {
      return withConstant(call, numeric(x), constant, function, true);
    }
    throw new IllegalStateException("constants are folded elsewhere");
  }

  private static Feature numeric(Feature x) {
    return x.withKind(ElementKind.FLOAT);
  }

  private static Feature withConstant(
      Call call, Feature x, Constant constant, Function function, boolean constantFirst)
      throws Refusal {
    int[] dims = Arithmetics.constantDims(call, x, constant);
    boolean isNoLarger = Arrays.equals(Dims.broadcast(x.dims(), dims), x.dims());
    Float number = isNoLarger ? constant.uniform() : null;
    if (number != null && x.isPermutation()) {
      // It does not matter where elements stand.
      Operand one = Operand.of(element(call, x.base(), number));
      Operand base = Operand.of(x.base());
      Arithmetic arithmetic = new Arithmetic(function, Activation.NONE);
      return x.over(
          call.scope()
              .draft()
              .add(
                  call.name(), arithmetic, constantFirst ? one : base, constantFirst ? base : one));
    }
    Feature value;
    if (number != null) {
      Arrays.fill(dims, 1);
      value = Feature.of(element(call, x.base(), number), dims);
    } else {
      value = Patchwork.value(call, x, constant.reshaped(dims));
    }
    if (call.scope().isBatched() && dims[0] != x.dims()[0]) {
      dims[0] = x.dims()[0];
      value = Moves.expanded(call, value, dims) instanceof Feature wide ? wide : value;
    }
    return constantFirst
        ? Arithmetics.features(call, value, x, function)
        : Arithmetics.features(call, x, value, function);
  }

  /** One element that is a number, bit for bit. */
  private static Value element(Call call, Value some, float number) throws Refusal {
    return call.scope()
        .draft()
        .add(
            call.name() + ".constant",
            call.scope()
                .views()
                .rearrange(Shape.of(1, 1, 1), List.of(new int[] {Move.OUTSIDE}), number),
            Operand.of(some));
  }
}
