package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Convolutions that sum over channels: a kernel of several taps, or a stride. */
final class ConvolutionKernel {
  private final DeviceMemory memory;
  private final Arena arena;
  private final Tiles tiles;

  ConvolutionKernel(DeviceMemory memory, Arena arena, Tiles tiles) {
    this.memory = memory;
    this.arena = arena;
    this.tiles = tiles;
  }

  /** Returns the launch of a pointwise convolution with a stride, and maybe a residual. */
  Launch launch(PointwiseConvolution convolution, Step step) {
    return launch(
        new Convolution(
            convolution.filter(),
            convolution.groups(),
            Kernel2d.square(1, convolution.stride(), 0),
            convolution.activation()),
        step);
  }

  /** Returns the launch of a convolution. */
  Launch launch(Convolution convolution, Step step) {
    Source in = step.sources().getFirst();
    Kernel2d kernel = convolution.kernel();
    int channels = in.map().shape().channels() / convolution.groups();
    int taps = kernel.taps();
    SumKernel sums =
        SumKernel.of(
            convolution.filter(),
            convolution.groups(),
            product -> product % channels * taps + product / channels);
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.CONVOLUTION, Layouts.CONVOLUTION, step);
    sums.fill(launch, step, convolution.filter().foldedBias(), convolution.activation());
    try (Arena table = Arena.ofConfined()) {
      launch
          .map("", in)
          .table("taps", taps(table, in, kernel, convolution.groups()))
          .value("height", in.map().shape().height())
          .value("width", in.map().shape().width())
          .value("stride_y", kernel.strideY())
          .value("stride_x", kernel.strideX());
    }
    return sums.over(
        launch, step, tiles.convolution(), memory.context().device().facts().multiprocessors());
  }

  /** Returns the products of each group: tap by tap, in a tap channel by channel. */
  private static MemorySegment taps(Arena arena, Source in, Kernel2d kernel, int groups) {
    int width = in.map().shape().width();
    int channels = in.map().shape().channels() / groups;
    long size = Layouts.TAP.byteSize();
    long products = (long) kernel.taps() * channels;
    MemorySegment table = arena.allocate(Layouts.TAP, products * groups);
    long at = 0;
    for (int group = 0; group < groups; group++) {
      for (int tap = 0; tap < kernel.taps(); tap++) {
        int down = tap / kernel.width() * kernel.dilationY() - kernel.top();
        int right = tap % kernel.width() * kernel.dilationX() - kernel.left();
        for (int c = 0; c < channels; c++) {
          long row = in.flat(group * channels + c) - in.placement().offset();
          table.set(JAVA_LONG, at, row + (long) down * width + right);
          table.set(JAVA_INT, at + Long.BYTES, down);
          table.set(JAVA_INT, at + Long.BYTES + Integer.BYTES, right);
          at += size;
        }
      }
    }
    return table;
  }
}
