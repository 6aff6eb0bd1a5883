package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Filter;
import dev.shiftwise.plan.PackedFilter;
import dev.shiftwise.plan.Step;
import java.util.List;

/**
 * What the convolutions have in common: the struct {@code Sums} of {@code tile.cuh}, and the choice
 * of a tile for it.
 *
 * @param filter the weights in the order in which the kernels read them
 * @param groups the convolution's groups
 */
record SumKernel(PackedFilter filter, int groups) {

  static SumKernel of(Filter filter, int groups, PackedFilter.Order order) {
    int padded = Math.ceilDiv(filter.outputs() / groups, Quads.QUAD) * Quads.QUAD;
    return new SumKernel(PackedFilter.of(filter, groups, padded, order), groups);
  }

  /** Fills the struct's part {@code sums}. */
  void fill(LaunchBuilder launch, Step step, float[] bias, Activation activation) {
    launch
        .target("sums.y")
        .floats("sums.weights", filter.weights())
        .floats("sums.bias", bias)
        .activation("sums.activation", activation)
        .value("sums.inputs", filter.inputs())
        .value("sums.outputs", filter.outputs())
        .value("sums.padded", filter.weights().length / filter.inputs() / groups);
    if (step.sources().size() > 1) {
      launch.source("sums.residual", step.sources().get(1));
    }
  }

  /** Returns the launch with the tile that suits the images best. */
  Launch over(LaunchBuilder launch, Step step, List<Tile> tiles, int multiprocessors) {
    return launch.over(
        "sums.images",
        images -> {
          Tile.Work work =
              new Tile.Work(
                  groups,
                  filter.outputs(),
                  filter.inputs(),
                  Quads.ofPlane(step.destination(), images) * Quads.QUAD);
          Tile tile = Tile.best(tiles, work, multiprocessors);
          return launch.cut(tile.kernel(), tile.blocks(work), tile.threads());
        });
  }
}
