package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * The fused operator at the centre of shift-based networks (SPEC section 3): a 1x1 group
 * convolution that reads its operand through its shifts, adds bias and residual and applies the
 * activation before the only store.
 *
 * <pre>z[o, i, j] = bias[o] + sum over c of w[o, c] * x[group(o) * n + c, i * stride, j * stride]
 *     + residual[o, i, j],   y = activation(z)</pre>
 *
 * <p>The first operand is {@code x}; a second one, if there is one, is the residual. Output planes
 * have {@code ceil(H / stride)} rows and {@code ceil(W / stride)} columns.
 *
 * @param filter weight {@code (out, in / groups)}
 * @param groups groups, dividing input and output channels
 * @param stride stride in both directions, at least 1
 * @param activation applied last
 */
public record PointwiseConvolution(Filter filter, int groups, int stride, Activation activation)
    implements Operator {

  /**
   * Checks what can be checked without the operands.
   *
   * @throws IllegalArgumentException if groups or stride is below 1 or groups does not divide the
   *     filter's outputs
   */
  public PointwiseConvolution {
    Checks.requireAtLeast("groups", groups, 1);
    Checks.requireAtLeast("stride", stride, 1);
    Checks.requireDivides("output channels", filter.outputs(), groups);
  }

  /** Returns a convolution of one group, stride 1 and no activation. */
  public static PointwiseConvolution of(Filter filter) {
    return new PointwiseConvolution(filter, 1, 1, Activation.NONE);
  }

  /** Returns this convolution with other groups. */
  public PointwiseConvolution withGroups(int newGroups) {
    return new PointwiseConvolution(filter, newGroups, stride, activation);
  }

  /** Returns this convolution with another stride. */
  public PointwiseConvolution withStride(int newStride) {
    return new PointwiseConvolution(filter, groups, newStride, activation);
  }

  /** Returns this convolution with another activation. */
  public PointwiseConvolution withActivation(Activation newActivation) {
    return new PointwiseConvolution(filter, groups, stride, newActivation);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Checks.requireInputs(inputs, 1, 2);
    Shape in = inputs.getFirst();
    Checks.requireDivides("channels", in.channels(), groups);
    Checks.requireWeight(filter, filter.outputs(), in.channels() / groups);
    Shape out =
        new Shape(
            filter.outputs(), Math.ceilDiv(in.height(), stride), Math.ceilDiv(in.width(), stride));
    if (inputs.size() == 2) {
      Checks.requireShape("residual", inputs.get(1), out);
    }
    return out;
  }

  @Override
  public long multiplyAdds(List<Shape> inputs) {
    return outputShape(inputs).elements() * filter.weightsPerOutput();
  }

  @Override
  public long parameters() {
    return filter.parameters();
  }
}
