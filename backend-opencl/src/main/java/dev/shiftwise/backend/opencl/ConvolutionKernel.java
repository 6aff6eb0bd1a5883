package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.PackedFilter;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;

/** Convolutions that sum over channels: a kernel of several taps, or a stride. */
final class ConvolutionKernel {
  /** A CPU's patch: well inside the second-level cache, beside the weights. */
  private static final long CPU_PATCH = 128 << 10;

  /** A GPU's: several groups share a compute unit's local memory. */
  private static final long GPU_PATCH = 16 << 10;

  /** Groups for each compute unit, so that memory keeps up; before gathering twice pays. */
  private static final int GPU_GROUPS_PER_UNIT = 4;

  private final DeviceMemory memory;
  private final ClDevice.Facts facts;
  private final Tuning tuning;

  ConvolutionKernel(DeviceMemory memory, ClDevice.Facts facts, Tuning tuning) {
    this.memory = memory;
    this.facts = facts;
    this.tuning = tuning;
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

  /** Returns the launch of a convolution, without the guards. */
  Launch launch(Convolution convolution, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    Shape inShape = in.map().shape();
    int plane = Math.toIntExact(to.shape().plane());
    int groups = convolution.groups();
    int channels = inShape.channels() / groups;
    Kernel2d kernel = convolution.kernel();
    int taps = kernel.taps();
    Tiling tiling = even(tuning.tiling(Tuning.PlaneSize.of(plane)), plane);
    // Tap by tap, since what a tap sees is the same in all channels.
    PackedFilter filter =
        PackedFilter.of(
            convolution.filter(),
            groups,
            tiling.outputs(),
            k -> k % channels * taps + k / channels);
    int patchRow = tiling.pixels() + tiling.vector();
    int patchRows = Math.clamp(patchBytes() / Float.BYTES / patchRow, 1, filter.inputs());
    Cut cut = cut(tiling, plane, groups, filter);
    boolean residual = step.sources().size() > 1;
    Sliding window = Sliding.of(kernel, to.shape());
    int strideX = window.kernel().strideX();
    KernelSource source =
        tiling
            .constants(KernelSource.of("convolution").activation(convolution.activation()))
            .with("STRIDE_X", strideX <= 2 ? strideX : "stride_x")
            .when(residual, "RESIDUAL");
    LaunchBuilder launch =
        memory
            .kernel(source)
            .source(in)
            .rows(in)
            .floats(filter.weights())
            .floats(filter.bias())
            .target(to)
            .value(plane)
            .value(to.shape().width())
            .value(inShape.height())
            .value(inShape.width());
    window
        .arguments(launch)
        .ints(columns(kernel, inShape, to.shape()))
        .value(filter.inputs())
        .value(channels)
        .value(filter.outputs())
        .value(filter.blocks())
        .value(cut.parts())
        .value(cut.chunk())
        .value(patchRows)
        .activation(convolution.activation())
        .local((long) patchRow * patchRows);
    if (tiling.vector() > 1) {
      launch.local((long) tiling.outputs() * tiling.pixels());
    }
    if (residual) {
      launch.window(step.sources().get(1));
    }
    return launch.over(
        Math.ceilDiv(plane, cut.chunk()), tiling.lanes(), (long) groups * cut.parts());
  }

  /** Returns a tiling with fewer vectors if the plane has as many tiles of them. */
  private static Tiling even(Tiling tiling, int plane) {
    int vectors = Math.ceilDiv(plane, tiling.vector() * tiling.lanes());
    int tiles = Math.ceilDiv(vectors, tiling.vectors());
    return new Tiling(
        tiling.vector(), Math.ceilDiv(vectors, tiles), tiling.outputs(), tiling.lanes());
  }

  private long patchBytes() {
    long most = facts.kind() == ClDevice.Kind.CPU ? CPU_PATCH : GPU_PATCH;
    return Math.min(most, facts.localMemory() / 2);
  }

  /**
   * How the work is cut.
   *
   * @param chunk pixels of a work-group
   * @param parts parts of a group's output channels; each gathers for itself
   */
  private record Cut(int chunk, int parts) {}

  private Cut cut(Tiling tiling, int plane, int groups, PackedFilter filter) {
    int tiles = Math.ceilDiv(plane, tiling.pixels());
    long work = (long) tiling.pixels() * filter.outputs() * filter.inputs();
    boolean cpu = facts.kind() == ClDevice.Kind.CPU;
    int together = cpu ? Math.clamp(Math.ceilDiv(tuning.smallestGroup(), work), 1, tiles) : 1;
    long found = (long) Math.ceilDiv(tiles, together) * groups;
    long wanted = (long) facts.computeUnits() * (cpu ? 1 : GPU_GROUPS_PER_UNIT);
    long worthIt = Math.clamp(work * together / tuning.smallestGroup(), 1, filter.blocks());
    int chunk = (int) Math.min((long) together * tiling.pixels(), plane);
    return new Cut(chunk, (int) Math.clamp(Math.ceilDiv(wanted, found), 1, worthIt));
  }

  /** Returns for each column of the kernel which output columns see the plane: from, until. */
  private static int[] columns(Kernel2d kernel, Shape in, Shape out) {
    int[] columns = new int[2 * kernel.width()];
    for (int kx = 0; kx < kernel.width(); kx++) {
      long shift = kernel.left() - (long) kx * kernel.dilationX();
      long stride = kernel.strideX();
      columns[2 * kx] = Math.clamp(Math.ceilDiv(shift, stride), 0, out.width());
      columns[2 * kx + 1] =
          Math.clamp(Math.floorDiv(in.width() - 1 + shift, stride) + 1, 0, out.width());
    }
    return columns;
  }
}
