package dev.shiftwise.models.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/** The operators that compute constants from constants, above all shapes from shapes. */
final class Folding {
  private Folding() {}

  /** A function of two numbers. */
  private enum Binary {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MINIMUM,
    MAXIMUM,
    POWER,
    /** With the divisor's sign. */
    MODULO,
    /** With the dividend's sign, as C's fmod. */
    REMAINDER;

    double real(double a, double b) {
      return switch (this) {
        case ADD -> a + b;
        case SUBTRACT -> a - b;
        case MULTIPLY -> a * b;
        case DIVIDE -> a / b;
        case MINIMUM -> Math.min(a, b);
        case MAXIMUM -> Math.max(a, b);
        case POWER -> Math.pow(a, b);
        case MODULO, REMAINDER -> a % b;
      };
    }

    long integer(long a, long b) {
      return switch (this) {
        case ADD -> a + b;
        case SUBTRACT -> a - b;
        case MULTIPLY -> a * b;
        case DIVIDE -> b == 0 ? 0 : a / b;
        case MINIMUM -> Math.min(a, b);
        case MAXIMUM -> Math.max(a, b);
        case POWER -> (long) Math.pow((double) a, (double) b);
        case MODULO -> b == 0 ? 0 : Math.floorMod(a, b);
        case REMAINDER -> b == 0 ? 0 : a % b;
      };
    }
  }

  /**
   * Folds an operator of number arithmetic.
   *
   * @throws Refusal if it is none, or its operands do not fit
   */
  static List<Datum> fold(Call call) throws Refusal {
    return switch (call.operator()) {
      case "Add", "Sum" -> List.of(all(call, Binary.ADD));
      case "Sub" -> List.of(all(call, Binary.SUBTRACT));
      case "Mul" -> List.of(all(call, Binary.MULTIPLY));
      case "Div" -> List.of(all(call, Binary.DIVIDE));
      case "Min" -> List.of(all(call, Binary.MINIMUM));
      case "Max" -> List.of(all(call, Binary.MAXIMUM));
      case "Pow" -> List.of(all(call, Binary.POWER));
      case "Mod" -> List.of(modulo(call));
      case "Neg" -> List.of(each(call, a -> -a, a -> -a));
      case "Abs" -> List.of(each(call, Math::abs, Math::abs));
      case "Floor" -> List.of(each(call, Math::floor, a -> a));
      case "Ceil" -> List.of(each(call, Math::ceil, a -> a));
      case "Round" -> List.of(each(call, Math::rint, a -> a));
      case "Sqrt" -> List.of(each(call, Math::sqrt, a -> (long) Math.sqrt((double) a)));
      case "Exp" -> List.of(each(call, Math::exp, a -> (long) Math.exp((double) a)));
      case "Log" -> List.of(each(call, Math::log, a -> (long) Math.log((double) a)));
      case "Reciprocal" -> List.of(each(call, a -> 1 / a, a -> a));
      case "Not" -> List.of(each(call, a -> a == 0 ? 1 : 0, a -> a == 0 ? 1 : 0));
      case "Equal" -> List.of(compare(call, (a, b) -> a == b));
      case "Less" -> List.of(compare(call, (a, b) -> a < b));
      case "LessOrEqual" -> List.of(compare(call, (a, b) -> a <= b));
      case "Greater" -> List.of(compare(call, (a, b) -> a > b));
      case "GreaterOrEqual" -> List.of(compare(call, (a, b) -> a >= b));
      case "And" -> List.of(compare(call, (a, b) -> a != 0 && b != 0));
      case "Or" -> List.of(compare(call, (a, b) -> a != 0 || b != 0));
      case "Xor" -> List.of(compare(call, (a, b) -> (a != 0) != (b != 0)));
      case "Sign" -> List.of(each(call, a -> a > 0 ? 1 : a < 0 ? -1 : 0, Long::signum));
      default -> throw new Refusal("constants only cannot be given to it");
    };
  }

  private static Constant all(Call call, Binary binary) throws Refusal {
    Constant result = call.constantOfImages(0);
    for (int i = 1; i < call.inputs(); i++) {
      result = joined(call, result, call.constantOfImages(i), binary);
    }
    return result;
  }

  private static Constant modulo(Call call) throws Refusal {
    boolean likeDividend = call.flag("fmod", false);
    if (call.constant(0).isReal() && !likeDividend) {
      throw Call.refused("fmod", 0, "1 for " + call.constant(0).kind());
    }
    return all(call, likeDividend ? Binary.REMAINDER : Binary.MODULO);
  }

  private static Constant joined(Call call, Constant left, Constant right, Binary binary)
      throws Refusal {
    int[] to = Dims.broadcast(left.dims(), right.dims());
    int axis = batchAxis(call, left, right, to);
    Constant a = widened(call, left, to);
    Constant b = widened(call, right, to);
    if (a.isReal() != b.isReal()) {
      throw new Refusal("its operands are " + a.kind() + " and " + b.kind());
    }
    int count = Dims.elements(to);
    call.scope().fold(count);
    if (axis >= 0) {
      return ofImages(a, b, binary, to, axis);
    }
    if (a.isReal()) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) binary.real(a.real(i), b.real(i));
      }
      return Constant.ofFloats(a.kind(), to, values);
    }
    if (a.dependsOnBatch() || b.dependsOnBatch()) {
      return ofBatch(a, b, binary, to);
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = a.kind().wrapped(binary.integer(a.integer(i), b.integer(i)));
    }
    if (binary == Binary.DIVIDE || binary == Binary.MODULO || binary == Binary.REMAINDER) {
      for (int i = 0; i < count; i++) {
        if (b.integer(i) == 0) {
          throw new Refusal("it divides an integer by 0");
        }
      }
    }
    return Constant.ofIntegers(a.kind(), to, values);
  }

  /**
   * The dimension that is the batch in one of two constants, with which the other does not vary.
   */
  private static int batchAxis(Call call, Constant a, Constant b, int[] to) throws Refusal {
    int axis = -1;
    for (Constant constant : List.of(a, b)) {
      if (call.batchAxis(constant) >= 0) {
        int at = constant.batchAxis() + to.length - constant.rank();
        if (axis >= 0 && at != axis) {
          throw Refusal.ofBatch("the batch is dimension " + axis + " and " + at);
        }
        axis = at;
      }
    }
    for (Constant constant : List.of(a, b)) {
      int at = axis - to.length + constant.rank();
      if (axis >= 0 && constant.batchAxis() < 0 && at >= 0 && constant.dims()[at] != 1) {
        throw Refusal.ofBatch("a constant has an element for each image");
      }
    }
    return axis;
  }

  /** Sums of the numbers of the images, and their products with numbers. */
  private static Constant ofImages(Constant a, Constant b, Binary binary, int[] to, int axis)
      throws Refusal {
    long[] values = new long[Dims.elements(to)];
    long[] perImage = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      boolean fixed = a.perBatch(i) == 0 && b.perBatch(i) == 0 && !a.isReal();
      if (fixed && (binary == Binary.ADD || binary == Binary.SUBTRACT)) {
        perImage[i] = binary.integer(a.perImage(i), b.perImage(i));
      } else if (fixed && binary == Binary.MULTIPLY && (a.perImage(i) == 0 || b.perImage(i) == 0)) {
        perImage[i] = a.perImage(i) * b.integer(i) + a.integer(i) * b.perImage(i);
      } else {
        throw Refusal.ofBatch("it computes with the numbers of the images");
      }
      values[i] = binary.integer(a.integer(i), b.integer(i));
    }
    return Constant.ofImages(to, values, perImage, axis);
  }

  /** Sums of multiples of the batch, and their products with numbers. */
  private static Constant ofBatch(Constant a, Constant b, Binary binary, int[] to) throws Refusal {
    int count = Dims.elements(to);
    long[] values = new long[count];
    long[] perBatch = new long[count];
    for (int i = 0; i < count; i++) {
      long own = a.integer(i);
      long other = b.integer(i);
      values[i] = binary == Binary.DIVIDE && other == 0 ? 0 : binary.integer(own, other);
      if (binary == Binary.ADD || binary == Binary.SUBTRACT) {
        perBatch[i] = binary.integer(a.perBatch(i), b.perBatch(i));
      } else if (binary == Binary.MULTIPLY && (a.perBatch(i) == 0 || b.perBatch(i) == 0)) {
        perBatch[i] = a.perBatch(i) * other + own * b.perBatch(i);
      } else if (binary == Binary.DIVIDE
          && b.perBatch(i) == 0
          && other != 0
          && a.perBatch(i) % other == 0
          && (own % other == 0 || a.perBatch(i) == 0)) {
        perBatch[i] = a.perBatch(i) / other;
      } else if (a.perBatch(i) != 0 || b.perBatch(i) != 0) {
        throw Refusal.ofBatch("it computes with the size of the batch");
      }
    }
    return Constant.ofShape(to, values, perBatch);
  }

  /**
   * Returns a constant broadcast to dimensions.
   *
   * @throws Refusal if the result is too large
   */
  static Constant widened(Call call, Constant constant, int[] to) throws Refusal {
    if (Arrays.equals(constant.dims(), to)) {
      return constant;
    }
    int[] padded = Dims.padded(constant.dims(), to.length);
    call.scope().fold(Dims.elements(to));
    return constant.reshaped(padded).moved(Move.expand(padded, to), 0);
  }

  private static Constant each(Call call, DoubleUnaryOperator real, LongUnaryOperator integer)
      throws Refusal {
    Constant from = call.constant(0);
    from.requireFixed();
    int count = from.elements();
    call.scope().fold(count);
    if (from.isReal()) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) real.applyAsDouble(from.real(i));
      }
      return Constant.ofFloats(from.kind(), from.dims(), values);
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = from.kind().wrapped(integer.applyAsLong(from.integer(i)));
    }
    return Constant.ofIntegers(from.kind(), from.dims(), values);
  }

  /** A comparison; integers of shapes are small enough to be exact as doubles. */
  @FunctionalInterface
  private interface Comparison {
    boolean holds(double a, double b);
  }

  /**
   * Whether a comparison holds for batches of every size from 1 on.
   *
   * @throws Refusal if that depends on the size
   */
  private static boolean holds(Comparison comparison, Constant a, Constant b, int i)
      throws Refusal {
    long perBatch = a.perBatch(i) - b.perBatch(i);
    if (perBatch == 0) {
      return comparison.holds(a.real(i), b.real(i));
    }
    long ofOne = a.integer(i) - b.integer(i) + perBatch;
    // Further apart with every image, if they are apart at all.
    if (ofOne == 0 || ofOne > 0 != perBatch > 0) {
      throw Refusal.ofBatch("it compares the size of the batch with a number");
    }
    return comparison.holds((double) ofOne, 0);
  }

  private static Constant compare(Call call, Comparison comparison) throws Refusal {
    int[] to = Dims.broadcast(call.constant(0).dims(), call.constant(1).dims());
    Constant a = widened(call, call.constant(0), to);
    Constant b = widened(call, call.constant(1), to);
    long[] values = new long[Dims.elements(to)];
    call.scope().fold(values.length);
    for (int i = 0; i < values.length; i++) {
      values[i] = holds(comparison, a, b, i) ? 1 : 0;
    }
    return Constant.ofIntegers(ElementKind.BOOL, to, values);
  }

  static List<Datum> where(Call call) throws Refusal {
    Constant condition = call.constant(0);
    if (call.any(1) instanceof Feature || call.any(2) instanceof Feature) {
      return List.of(Joins.chosen(call, condition));
    }
    Constant yes = call.constant(1);
    Constant no = call.constant(2);
    int[] to = Dims.broadcast(condition.dims(), Dims.broadcast(yes.dims(), no.dims()));
    int count = Dims.elements(to);
    call.scope().fold(count);
    Constant chosen = widened(call, condition, to);
    chosen.requireFixed();
    Constant a = widened(call, yes, to);
    Constant b = widened(call, no, to);
    if (a.isReal() != b.isReal()) {
      throw new Refusal("its operands are " + a.kind() + " and " + b.kind());
    }
    float[] floats = new float[a.isReal() ? count : 0];
    long[] integers = new long[a.isReal() ? 0 : count];
    long[] perBatch = new long[integers.length];
    for (int i = 0; i < count; i++) {
      Constant from = chosen.integer(i) != 0 ? a : b;
      if (a.isReal()) {
        floats[i] = (float) from.real(i);
      } else {
        integers[i] = from.integer(i);
        perBatch[i] = from.perBatch(i);
      }
    }
    return List.of(
        a.isReal()
            ? Constant.ofFloats(a.kind(), to, floats)
            : Constant.ofShape(to, integers, perBatch));
  }

  static List<Datum> cast(Call call) throws Refusal {
    call.ignore("saturate");
    Datum from = call.any(0);
    ElementKind to = ElementKind.of((int) call.integer("to", 0));
    if (to == null) {
      throw Call.refused("to", call.integer("to", 0), "a type of numbers");
    }
    return List.of(castTo(call, from, to));
  }

  static List<Datum> castLike(Call call) throws Refusal {
    call.ignore("saturate");
    ElementKind to =
        switch (call.input(1)) {
          case Constant constant -> constant.kind();
          case Feature feature -> feature.kind();
        };
    return List.of(castTo(call, call.input(0), to));
  }

  private static Datum castTo(Call call, Datum from, ElementKind to) throws Refusal {
    return switch (from) {
      case Feature _ -> Comparisons.cast(call, to);
      case Constant constant -> {
        if (to.isReal() || to == ElementKind.BOOL) {
          constant.requireFixed();
        }
        call.scope().fold(constant.elements());
        yield constant.cast(to);
      }
    };
  }
}
