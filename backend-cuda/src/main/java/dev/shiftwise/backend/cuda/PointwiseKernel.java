package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.util.List;

/** The fused operator with stride 1, {@code pointwise.cu}. */
final class PointwiseKernel {
  /** Blocks of {@code streams_*} wait for memory all the time, but each for several quads. */
  static final List<Tile> TILES =
      List.of(
          new Tile("streams_8", 8, 512, 32, 128, 5, 0.35),
          new Tile("streams_16", 16, 512, 32, 128, 4, 0.45),
          new Tile("streams_32", 32, 512, 32, 128, 2, 0.5),
          new Tile("tiles_32x128", 32, 128, 8, 64, 6, 0.6),
          new Tile("tiles_64x128", 64, 128, 8, 128, 3, 0.65),
          new Tile("tiles_128x128", 128, 128, 8, 256, 2, 0.75),
          new Tile("tiles_64x64", 64, 64, 16, 128, 4, 0.55),
          new Tile("tiles_32x32", 32, 32, 32, 256, 3, 0.35));

  private final DeviceMemory memory;
  private final Arena arena;

  PointwiseKernel(DeviceMemory memory, Arena arena) {
    this.memory = memory;
    this.arena = arena;
  }

  /** Returns the launch of a step. */
  Launch launch(PointwiseConvolution convolution, Step step) {
    SumKernel sums = SumKernel.of(convolution.filter(), convolution.groups(), input -> input);
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.POINTWISE, Layouts.POINTWISE, step);
    sums.fill(launch, step, convolution.filter().foldedBias(), convolution.activation());
    launch.source("x", step.sources().getFirst());
    return sums.over(launch, step, TILES, memory.context().device().facts().multiprocessors());
  }
}
