package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Arithmetic.Function;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addition, subtraction, multiplication and division of feature maps, and with constants. */
final class Arithmetics {
  private Arithmetics() {}

  static List<Datum> add(Call call) throws Refusal {
    return List.of(map(call, Function.ADD));
  }

  static List<Datum> subtract(Call call) throws Refusal {
    return List.of(map(call, Function.SUBTRACT));
  }

  static List<Datum> multiply(Call call) throws Refusal {
    return List.of(map(call, Function.MULTIPLY));
  }

  static List<Datum> divide(Call call) throws Refusal {
    return List.of(map(call, Function.DIVIDE));
  }

  static List<Datum> negate(Call call) throws Refusal {
    return List.of(withConstant(call, call.feature(0), number(-1), Function.MULTIPLY, false));
  }

  static List<Datum> sum(Call call) throws Refusal {
    Datum sum = call.input(0);
    for (int i = 1; i < call.inputs(); i++) {
      sum = join(call, sum, call.input(i), Function.ADD);
    }
    return List.of(sum);
  }

  /** The sum divided by the number of operands. */
  static List<Datum> mean(Call call) throws Refusal {
    Datum sum = sum(call).getFirst();
    return List.of(join(call, sum, number(call.inputs()), Function.DIVIDE));
  }

  static List<Datum> reciprocal(Call call) throws Refusal {
    return List.of(reciprocal(call, call.feature(0)));
  }

  /**
   * Returns 1 over a feature map.
   *
   * @throws Refusal if it cannot be
   */
  static Datum reciprocal(Call call, Feature x) throws Refusal {
    return withConstant(call, x, number(1), Function.DIVIDE, true);
  }

  /**
   * Returns {@code factor * x + shift}.
   *
   * @throws Refusal if it cannot be
   */
  static Feature line(Call call, Feature x, float factor, float shift) throws Refusal {
    int[] one = new int[x.rank()];
    Arrays.fill(one, 1);
    PerChannel channels = PerChannel.of(call, x, one);
    return channels.affine(channels.filled(factor), channels.filled(shift));
  }

  private static Datum map(Call call, Function function) throws Refusal {
    Datum a = call.input(0);
    return join(call, a, aligned(call, a, call.input(1)), function);
  }

  /** Before opset 7 the second operand says where among the first one's dimensions it stands. */
  private static Datum aligned(Call call, Datum a, Datum b) throws Refusal {
    if (call.opset() >= 7) {
      return b;
    }
    call.ignore("consumed_inputs");
    boolean broadcast = call.flag("broadcast", false);
    long axis = call.integer("axis", a.rank() - b.rank());
    int behind = a.rank() - b.rank() - Math.clamp(axis, 0, a.rank());
    if (!broadcast || behind <= 0) {
      return b;
    }
    return Reshapes.reshaped(call, b, ones(b, behind));
  }

  private static int[] ones(Datum datum, int behind) {
    int[] dims = Arrays.copyOf(datum.dims(), datum.rank() + behind);
    Arrays.fill(dims, datum.rank(), dims.length, 1);
    return dims;
  }

  /**
   * Joins feature maps and constants, of which not both are constants.
   *
   * @throws Refusal if they do not fit together
   */
  static Datum join(Call call, Datum a, Datum b, Function function) throws Refusal {
    if (a instanceof Feature left && b instanceof Feature right) {
      return features(call, left, right, function);
    }
    if (a instanceof Feature left && b instanceof Constant right) {
      return withConstant(call, left, right, function, false);
    }
    if (a instanceof Constant left && b instanceof Feature right) {
      return withConstant(call, right, left, function, true);
    }
    throw new IllegalStateException("constants are folded elsewhere");
  }

  /** Returns one number. */
  static Constant number(float value) {
    return Constant.ofFloats(ElementKind.FLOAT, new int[0], new float[] {value});
  }

  // ---- with a constant ----

  /**
   * Returns a constant's dimensions beside a feature map's, as many.
   *
   * @throws Refusal if it has more, or one for each image of a batch
   */
  static int[] constantDims(Call call, Feature x, Constant constant) throws Refusal {
    int[] own = constant.dims();
    int from = Math.max(0, own.length - x.rank());
    for (int i = 0; i < from; i++) {
      if (own[i] != 1) {
        throw new Refusal(
            "a constant of " + Dims.text(own) + " does not fit " + Dims.text(x.dims()));
      }
    }
    int[] dims = Dims.padded(Arrays.copyOfRange(own, from, own.length), x.rank());
    if (call.scope().isBatched() && dims.length > 0 && dims[0] != 1) {
      throw Refusal.ofBatch("a constant of " + Dims.text(own) + " has an element for each image");
    }
    return dims;
  }

  private static Datum withConstant(
      Call call, Feature feature, Constant constant, Function function, boolean constantFirst)
      throws Refusal {
    Feature x = broadcast(call, feature, constant);
    int[] dims = constantDims(call, x, constant);
    Tensor values = constant.tensor(constant.elements());
    PerChannel channels = PerChannel.of(call, x, dims);
    Tensor spread = channels.spread(values);
    float factor = 1;
    Feature result;
    switch (function) {
      case ADD -> result = channels.affine(channels.filled(1), spread);
      case MULTIPLY -> result = channels.affine(spread, channels.filled(0));
      case SUBTRACT -> {
        factor = constantFirst ? -1 : 1;
        Tensor shift = constantFirst ? spread : changed(spread, Function.SUBTRACT, 0);
        result = channels.affine(channels.filled(factor), shift);
      }
      case DIVIDE -> {
        if (constantFirst) {
          return reciprocal(call, channels, spread);
        }
        result = channels.affine(changed(spread, Function.DIVIDE, 1), channels.filled(0));
      }
      default -> throw new IllegalStateException(function + " is no arithmetic");
    }
    if (constant.elements() == 1 && (x.map() == null || result.map() != null)) {
      note(call, result.base(), x.base(), constant.real(0), function, factor);
    }
    return result;
  }

  private static void note(
      Call call, Value result, Value x, double number, Function function, double factor) {
    Gates gates = call.scope().gates();
    switch (function) {
      case ADD -> gates.scaled(result, x, 1, number);
      case SUBTRACT -> gates.scaled(result, x, factor, factor < 0 ? number : -number);
      case MULTIPLY -> gates.scaled(result, x, number, 0);
      case DIVIDE -> gates.scaled(result, x, 1 / number, 0);
      default -> throw new IllegalStateException(function + " is no arithmetic");
    }
  }

  /** {@code first function each} for every element. */
  private static Tensor changed(Tensor values, Function function, double first) {
    float[] changed = values.toArray();
    for (int i = 0; i < changed.length; i++) {
      changed[i] = (float) function.apply(first, changed[i]);
    }
    return Tensor.of(changed, changed.length);
  }

  /** A constant over a feature map: the constant as a value first, made of a clip to 0. */
  private static Feature reciprocal(Call call, PerChannel channels, Tensor constant)
      throws Refusal {
    Draft draft = call.scope().draft();
    Operand from = channels.operand();
    Value zero = draft.add(call.name() + ".zero", new Activate(new Activation.Clip(0, 0)), from);
    Feature numerator =
        PerChannel.of(
                call,
                Feature.of(zero, zero.shape().channels(), (int) zero.shape().plane()),
                zero.shape().channels(),
                1)
            .affine(channels.filled(1), constant);
    Value quotient =
        draft.add(
            call.name(),
            new Arithmetic(Function.DIVIDE, Activation.NONE),
            call.scope().operand(numerator, from.shape()),
            from);
    return channels.result(quotient);
  }

  /** The feature map repeated where only the constant has a dimension. */
  private static Feature broadcast(Call call, Feature x, Constant constant) throws Refusal {
    int[] to = Dims.broadcast(x.dims(), constant.dims());
    if (Arrays.equals(to, x.dims())) {
      return x;
    }
    if (call.scope().isBatched() && (to.length != x.rank() || to[0] != x.dims()[0])) {
      throw Refusal.ofBatch("a constant changes dimension 0, the batch");
    }
    return Moves.expanded(call, x, to) instanceof Feature wide ? wide : x;
  }

  // ---- of two feature maps ----

  /**
   * Joins two feature maps, broadcast as in ONNX.
   *
   * @throws Refusal if they do not fit together
   */
  static Feature features(Call call, Feature a, Feature b, Function function) throws Refusal {
    int[] to = Dims.broadcast(a.dims(), b.dims());
    if (call.scope().isBatched() && (a.rank() != b.rank() || a.dims()[0] != b.dims()[0])) {
      throw Refusal.ofBatch("its operands do not both begin with the batch");
    }
    if (function == Function.MULTIPLY) {
      Feature curve = curve(call, a, b);
      if (curve == null) {
        curve = curve(call, b, a);
      }
      if (curve != null) {
        return curve;
      }
    }
    Arithmetic arithmetic = new Arithmetic(function, Activation.NONE);
    Scope scope = call.scope();
    if (areAlike(a, b)) {
      return a.over(
          scope.draft().add(call.name(), arithmetic, Operand.of(a.base()), Operand.of(b.base())));
    }
    if (Arrays.equals(a.dims(), b.dims())
        && (a.map() != null || b.map() != null)
        && a.isPermutation()
        && b.isPermutation()
        && scope.follow(a.elements())) {
      return inOneOrder(call, a, b, arithmetic);
    }
    int[] left = Dims.padded(a.dims(), to.length);
    int[] right = Dims.padded(b.dims(), to.length);
    int[] cuts = cuts(to, left, right);
    if (cuts != null) {
      return scope.add(
          call.name(),
          to,
          arithmetic,
          scope.operand(a, shape(left, cuts)),
          scope.operand(b, shape(right, cuts)));
    }
    Feature wideA = Moves.expanded(call, a, to) instanceof Feature wide ? wide : a;
    Feature wideB = Moves.expanded(call, b, to) instanceof Feature wide ? wide : b;
    return scope.add(
        call.name(), to, arithmetic, scope.views().natural(wideA), scope.views().natural(wideB));
  }

  /** In the order in which the later one of two values stands, whatever the graph sees it as. */
  private static Feature inOneOrder(Call call, Feature a, Feature b, Arithmetic arithmetic)
      throws Refusal {
    boolean isFirst = a.base().id() > b.base().id();
    Feature leads = isFirst ? a : b;
    Operand base = Operand.of(leads.base());
    Operand other = call.scope().operand((isFirst ? b : a).inOrderOf(leads), base.shape());
    return leads.over(
        call.scope()
            .draft()
            .add(call.name(), arithmetic, isFirst ? base : other, isFirst ? other : base));
  }

  /** Whether elements that meet stand at the same places of their values. */
  private static boolean areAlike(Feature a, Feature b) {
    return Arrays.equals(a.dims(), b.dims())
        && a.base().shape().equals(b.base().shape())
        && a.isPermutation()
        && Arrays.equals(a.map(), b.map());
  }

  private static @Nullable Feature curve(Call call, Feature x, Feature gate) throws Refusal {
    if (!areAlike(x, gate)) {
      return null;
    }
    Gates.ScaledGelu gelu = call.scope().gates().gelu(x.base(), gate.base());
    if (gelu != null && gelu.of().shape().equals(x.base().shape())) {
      Feature made = Activations.apply(call, x.over(gelu.of()), Activation.GELU);
      call.scope().recognised().add(call.name() + ": GELU, written with an error function");
      return isOne(gelu.scale()) ? made : line(call, made, (float) gelu.scale(), 0);
    }
    Double scale = call.scope().gates().hardSwish(x.base(), gate.base());
    if (scale == null) {
      return null;
    }
    Feature swish = Activations.apply(call, x, Activation.HARD_SWISH);
    call.scope().recognised().add(call.name() + ": hard-swish, written as a product");
    return isOne(scale) ? swish : line(call, swish, scale.floatValue(), 0);
  }

  private static boolean isOne(double scale) {
    return Math.abs(scale - 1) < 1e-6;
  }

  /** Where to cut the dimensions into three, so that of each part an operand has all or one. */
  private static int @Nullable [] cuts(int[] to, int[] a, int[] b) {
    int rank = to.length;
    int[] natural = {Math.max(rank <= 3 ? Math.min(rank, 2) : rank - 2, 0), Math.max(rank - 1, 0)};
    if (rank >= 3 && fits(to, a, natural) && fits(to, b, natural)) {
      return natural;
    }
    for (int first = rank; first >= 0; first--) {
      for (int second = rank; second >= first; second--) {
        int[] cuts = {first, second};
        if (fits(to, a, cuts) && fits(to, b, cuts)) {
          return cuts;
        }
      }
    }
    return null;
  }

  private static boolean fits(int[] to, int[] dims, int[] cuts) {
    int[] bounds = {0, cuts[0], cuts[1], to.length};
    for (int part = 0; part < 3; part++) {
      long all = Dims.elements(to, bounds[part], bounds[part + 1]);
      long own = Dims.elements(dims, bounds[part], bounds[part + 1]);
      if (own != all && own != 1) {
        return false;
      }
    }
    return true;
  }

  private static Shape shape(int[] dims, int[] cuts) {
    return new Shape(
        (int) Dims.elements(dims, 0, cuts[0]),
        (int) Dims.elements(dims, cuts[0], cuts[1]),
        (int) Dims.elements(dims, cuts[1], dims.length));
  }
}
