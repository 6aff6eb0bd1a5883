package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;

/** The fused operator with stride 1, {@code pointwise.cu}. */
final class PointwiseKernel {
  private final DeviceMemory memory;
  private final Arena arena;
  private final Tiles tiles;

  PointwiseKernel(DeviceMemory memory, Arena arena, Tiles tiles) {
    this.memory = memory;
    this.arena = arena;
    this.tiles = tiles;
  }

  /** Returns the launch of a step. */
  Launch launch(PointwiseConvolution convolution, Step step) {
    SumKernel sums = SumKernel.of(convolution.filter(), convolution.groups(), input -> input);
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.POINTWISE, Layouts.POINTWISE, step);
    sums.fill(launch, step, convolution.filter().foldedBias(), convolution.activation());
    launch.source("x", step.sources().getFirst());
    return sums.over(
        launch, step, tiles.pointwise(), memory.context().device().facts().multiprocessors());
  }
}
