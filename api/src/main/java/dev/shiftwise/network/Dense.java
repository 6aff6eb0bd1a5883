package dev.shiftwise.network;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * A dense layer over all elements of the image in ring order: {@code C x H x W} to {@code out x 1 x
 * 1}.
 *
 * @param filter weight {@code (out, C * H * W)}
 * @param activation applied last
 */
public record Dense(Filter filter, Activation activation) implements Operator {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Checks.requireWeight(filter, filter.outputs(), Checks.only(inputs).elements());
    return new Shape(filter.outputs(), 1, 1);
  }

  @Override
  public long multiplyAdds(List<Shape> inputs) {
    return filter.weight().elements();
  }

  @Override
  public long parameters() {
    return filter.parameters();
  }
}
