package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * A convolution with any kernel, stride, padding, dilation and groups, as ONNX's Conv; depthwise
 * when {@code groups} is the number of channels. Outside the plane stands +0.
 *
 * @param filter weight {@code (out, in / groups, kernel height, kernel width)}
 * @param groups groups, dividing input and output channels
 * @param kernel the sliding window
 * @param activation applied last
 */
public record Convolution(Filter filter, int groups, Kernel2d kernel, Activation activation)
    implements Operator {

  /**
   * Checks what can be checked without the operand.
   *
   * @throws IllegalArgumentException if groups is below 1 or does not divide the filter's outputs
   */
  public Convolution {
    Checks.requireAtLeast("groups", groups, 1);
    Checks.requireDivides("output channels", filter.outputs(), groups);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape in = Checks.only(inputs);
    Checks.requireDivides("channels", in.channels(), groups);
    Checks.requireWeight(
        filter, filter.outputs(), in.channels() / groups, kernel.height(), kernel.width());
    return kernel.outputShape(in, false).withChannels(filter.outputs());
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
