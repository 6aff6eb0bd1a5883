package dev.shiftwise.bench;

import dev.shiftwise.tensor.Shape;
import java.util.List;

/**
 * The size at which a comparison is made.
 *
 * @param channels channels of the feature maps, a multiple of 8 and of twice the groups
 * @param height rows
 * @param width columns
 * @param groups groups of the convolutions
 */
public record Workload(int channels, int height, int width, int groups) {

  /** A quick look: a stage each of AddressNet for CIFAR-100 and ImageNet, and one between. */
  static final List<Workload> QUICK =
      List.of(
          new Workload(32, 32, 32, 4), new Workload(128, 8, 8, 4), new Workload(384, 14, 14, 4));

  /**
   * Stages of AddressNet-Fashion, of AddressNet for CIFAR-100 and for ImageNet (SPEC section 4),
   * and the shapes of ResNet's and ShuffleNet's stages with other groups.
   */
  static final List<Workload> ALL =
      List.of(
          new Workload(64, 14, 14, 4),
          new Workload(128, 7, 7, 4),
          new Workload(32, 32, 32, 4),
          new Workload(64, 16, 16, 4),
          new Workload(128, 8, 8, 4),
          new Workload(96, 56, 56, 4),
          new Workload(192, 28, 28, 4),
          new Workload(384, 14, 14, 4),
          new Workload(768, 7, 7, 4),
          new Workload(64, 56, 56, 1),
          new Workload(128, 28, 28, 1),
          new Workload(256, 14, 14, 1),
          new Workload(512, 7, 7, 1),
          new Workload(240, 28, 28, 3),
          new Workload(480, 14, 14, 3),
          new Workload(512, 7, 7, 8));

  /** Checks the sizes. */
  public Workload {
    if (channels < 1 || channels % 8 != 0 || groups < 1 || channels % (2 * groups) != 0) {
      throw new IllegalArgumentException(
          "channels is "
              + channels
              + ", wanted a multiple of 8 and of twice the groups = "
              + 2 * groups);
    }
  }

  Shape shape() {
    return Shape.of(channels, height, width);
  }

  /** Returns for example {@code 64x14x14 g4}. */
  @Override
  public String toString() {
    return shape() + " g" + groups;
  }
}
