package dev.shiftwise.models.onnx;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Products with a constant matrix: a dense layer, or a pointwise convolution over the rows. */
final class Matrices {
  private Matrices() {}

  static List<Datum> gemm(Call call) throws Refusal {
    Feature a = call.feature(0);
    Constant b = call.constant(1);
    Constant c = call.optional(2);
    float alpha = call.real("alpha", 1);
    float beta = call.real("beta", 1);
    call.ignore("broadcast");
    boolean transposedA = call.flag("transA", false);
    boolean transposedB = call.flag("transB", false);
    if (a.rank() != 2 || b.rank() != 2) {
      throw new Refusal(
          "its operands have " + a.rank() + " and " + b.rank() + " dimensions, wanted 2 each");
    }
    if (transposedA) {
      call.requireNotBatch(a, 0);
      a = call.scope().moved("Gemm", a, Move.transpose(a.dims(), 1, 0), 0);
    }
    Tensor weights = weights(call, b, transposedB, alpha);
    int outputs = Math.toIntExact(weights.dimensions().getFirst());
    Tensor bias = c == null ? null : bias(call, c, beta, outputs);
    Feature product = product(call, a, weights, bias);
    if (c == null || bias != null) {
      return List.of(product);
    }
    int[] dims = Arithmetics.constantDims(call, product, c);
    PerChannel channels = PerChannel.of(call, product, dims);
    return List.of(channels.affine(channels.filled(1), channels.spread(scaled(call, c, beta))));
  }

  /** One number for each output, if the constant is that; a row repeated down the result. */
  private static @Nullable Tensor bias(Call call, Constant c, float beta, int outputs)
      throws Refusal {
    if (c.elements() == 1) {
      float[] same = new float[outputs];
      Arrays.fill(same, c.tensor(1).get(0) * beta);
      return Tensor.of(same, outputs);
    }
    boolean isRow = c.elements() == outputs && c.rank() > 0 && c.dims()[c.rank() - 1] == outputs;
    return isRow ? scaled(call, c, beta) : null;
  }

  private static Tensor scaled(Call call, Constant constant, float by) throws Refusal {
    if (by == 1) {
      return constant.tensor(constant.elements());
    }
    call.scope().turn(constant.elements());
    float[] values = constant.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= by;
    }
    return Tensor.of(values, values.length);
  }

  /** The matrix with a row for each output. */
  private static Tensor weights(Call call, Constant b, boolean isTurned, float by) throws Refusal {
    int rows = b.dims()[0];
    int columns = b.dims()[1];
    if (b.elements() == 0) {
      throw new Refusal("its matrix is empty");
    }
    if (isTurned) {
      return new Tensor(scaled(call, b, by).data(), List.of((long) rows, (long) columns));
    }
    call.scope().turn(b.elements());
    Tensor from = b.tensor(rows, columns);
    float[] turned = new float[b.elements()];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = from.get((long) row * columns + column) * by;
      }
    }
    return Tensor.of(turned, columns, rows);
  }

  static List<Datum> matMul(Call call) throws Refusal {
    Feature a = call.feature(0);
    Constant b = call.constant(1);
    int[] matrix = b.dims();
    int extra = matrix.length - 2;
    for (int i = 0; i < extra; i++) {
      if (matrix[i] != 1) {
        throw new Refusal("its matrix has dimensions " + Dims.text(matrix) + ", wanted 2");
      }
    }
    if (a.rank() < 1 || matrix.length < 1) {
      throw new Refusal("an operand is one number, wanted a matrix");
    }
    if (call.scope().isBatched() && a.rank() < 2) {
      throw Refusal.ofBatch("it sums along dimension 0, the batch");
    }
    boolean isVector = matrix.length == 1;
    Constant flat =
        isVector
            ? b.reshaped(matrix[0], 1)
            : b.reshaped(matrix[matrix.length - 2], matrix[matrix.length - 1]);
    Feature product = product(call, a, weights(call, flat, false, 1), null);
    int[] dims = product.dims();
    if (isVector) {
      return List.of(product.reshaped("MatMul", Arrays.copyOf(dims, dims.length - 1)));
    }
    return List.of(
        a.rank() < matrix.length && a.rank() > 1
            ? product.reshaped("MatMul", Dims.padded(dims, matrix.length))
            : product);
  }

  /**
   * The last dimension times a matrix.
   *
   * @param weights a row for each output
   */
  private static Feature product(Call call, Feature a, Tensor weights, @Nullable Tensor bias)
      throws Refusal {
    int outputs = Math.toIntExact(weights.dimensions().getFirst());
    int inner = Math.toIntExact(weights.dimensions().get(1));
    int rank = a.rank();
    if (a.dims()[rank - 1] != inner) {
      throw new Refusal(
          "dimensions "
              + Dims.text(a.dims())
              + " end with "
              + a.dims()[rank - 1]
              + ", wanted the matrix's "
              + inner);
    }
    int[] to = a.dims().clone();
    to[rank - 1] = outputs;
    Dims.elements(to);
    Scope scope = call.scope();
    int rows = a.elements() / inner;
    if (rows == 1) {
      // A dense layer may take the elements in any order, if each occurs once.
      boolean reordered = a.map() != null && a.isPermutation();
      Operand operand = reordered ? Operand.of(a.base()) : scope.views().any(a);
      Tensor columns = reordered ? columns(call, a, weights) : weights;
      return scope.add(
          call.name(), to, new Dense(new Filter(columns, bias, null), Activation.NONE), operand);
    }
    int[] split = {rows, inner};
    Feature turned =
        scope.moved(
            call.operator(), a.reshaped(call.operator(), split), Move.transpose(split, 1, 0), 0);
    Value value =
        scope
            .draft()
            .add(
                call.name(),
                PointwiseConvolution.of(new Filter(weights, bias, null)),
                scope.operand(turned, planes(turned, inner, rows)));
    int[] made = {outputs, rows};
    return scope
        .moved(call.operator(), Feature.of(value, made), Move.transpose(made, 1, 0), 0)
        .reshaped(call.operator(), to);
  }

  /** The planes of the value itself if it turns out that nothing was moved. */
  private static Shape planes(Feature turned, int channels, int plane) {
    Shape base = turned.base().shape();
    return base.channels() == channels && base.plane() == plane
        ? base
        : new Shape(channels, 1, plane);
  }

  private static Tensor columns(Call call, Feature a, Tensor weights) throws Refusal {
    int[] map = a.map();
    if (map == null) {
      return weights;
    }
    call.scope().turn(weights.elements());
    float[] from = weights.toArray();
    float[] to = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      int column = i % map.length;
      to[i - column + map[column]] = from[i];
    }
    call.scope().views().note(a, "elements in another order, in the weights of " + call.name());
    return Tensor.of(to, weights.dimensions().getFirst(), map.length);
  }
}
