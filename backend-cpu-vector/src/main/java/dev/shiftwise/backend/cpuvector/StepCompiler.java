package dev.shiftwise.backend.cpuvector;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Staging;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Chooses the kernels for a plan's steps and packs their weights. */
final class StepCompiler {
  /** Outputs of a group from which on each tap's pixels are copied. */
  private static final int WORTH_PACKING_TAPS = 48;

  /** Bytes of a worker; of a very large kernel a channel at a time is laid out. */
  private static final long MOST_LAID_OUT = 1 << 24;

  private final Kernels kernels;
  private final PlaneKernels planes;
  private final ActivationPass activations;
  private final VectorWidth width;
  private final int threads;

  /**
   * Makes a compiler.
   *
   * @param threads that share a step
   */
  StepCompiler(Kernels kernels, int threads) {
    this.kernels = kernels;
    this.planes = kernels.planes();
    this.activations = kernels.activations();
    this.width = kernels.width();
    this.threads = threads;
  }

  /** Returns what brings a network input into the slab. */
  InputStage stage(Staging staging) {
    return new InputStage(planes, staging);
  }

  /**
   * Returns the tasks of one step, in order: the kernel, what it could not fuse, the guards.
   *
   * @param gapsAreZero whether the gaps of its value hold zeros when it begins
   */
  List<Task> compile(Step step, boolean gapsAreZero) {
    Operator operator = step.node().operator();
    Placement to = step.destination();
    List<Task> tasks = new ArrayList<>();
    tasks.add(kernel(operator, step));
    if (!(operator instanceof Activate) && !(operator.activation() instanceof Activation.Clip)) {
      tasks.add(activations.inPlace(operator.activation(), to));
    }
    Guards guards = left(step, gapsAreZero);
    if (!guards.isEmpty()) {
      tasks.add(new GuardTask(planes, to, guards));
    }
    return tasks;
  }

  private Task kernel(Operator operator, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    return switch (operator) {
      case PointwiseConvolution pointwise -> pointwise(pointwise, step);
      case Convolution convolution -> convolution(convolution, step);
      case Dense dense -> dense(dense, in, to);
      case Arithmetic arithmetic ->
          new ArithmeticTask(kernels, arithmetic, in, step.sources().get(1), to);
      case Activate(Activation activation) -> activations.of(activation, rows(in), to);
      case AveragePool pool -> SlidingTask.average(sliding(pool.kernel(), in, to));
      case MaxPool pool -> SlidingTask.max(sliding(pool.kernel(), in, to));
      case GlobalAveragePool _ -> globalAverage(in, to);
      case ChannelShuffle shuffle -> shuffle(shuffle, in, to);
      case Rearrange rearrange -> new RearrangeTask(kernels, rearrange, in, to);
      case Resize resize -> new ResizeTask(planes, resize, in, rows(in), to);
      case Softmax _ -> new SoftmaxTask(rows(in), Place.of(to), to.shape().plane());
      case Copy _ -> CopyTask.of(planes, in, to);
      case Concat _ ->
          throw new IllegalArgumentException(
              "step '" + step.node().name() + "' is a Concat, which the plan resolves");
    };
  }

  /** Returns the guards that are still to be filled when the kernel has run. */
  private static Guards left(Step step, boolean gapsAreZero) {
    Guards guards = step.guards();
    return new Guards(
        guards.ringCopies(),
        isFused(step) && leavesZeros(step) ? List.of() : guards.deadBorders(),
        gapsAreZero ? 0 : guards.gap());
  }

  /** Whether the pass of an activation over the result leaves the dead cells' zeros as they are. */
  private static boolean leavesZeros(Step step) {
    Activation activation = step.node().operator().activation();
    return activation instanceof Activation.Clip || activation.apply(0) == 0;
  }

  private static boolean isFused(Step step) {
    return step.node().operator() instanceof PointwiseConvolution pointwise
        && pointwise.stride() == 1;
  }

  private Task pointwise(PointwiseConvolution pointwise, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    boolean hasResidual = step.sources().size() > 1;
    Place out = Place.of(to);
    // The residual is read unshifted, so its planes have one pitch.
    Place residual =
        hasResidual
            ? new Place(
                step.sources().get(1).flat(0) * Float.BYTES,
                step.sources().get(1).placement().planePitch() * Float.BYTES)
            : out;
    Fused fused =
        new Fused(
            pointwise.filter(), pointwise.groups(), Clamp.of(pointwise.activation()), hasResidual);
    PixelGrid grid = PixelGrid.of(to.shape().plane(), width, hasResidual);
    if (!isFused(step)) {
      Kernel2d kernel = Kernel2d.square(1, pointwise.stride(), 0);
      return taps(kernel, fused, grid, in, to, residual);
    }
    DeadCells dead = new DeadCells(planes, to, step.guards().deadBorders());
    if (width.isWorthPacking()) {
      PixelSource.Packed packed =
          new PixelSource.Packed(planes, grid, rows(in), pointwise.groups());
      return task(fused, grid, packed, packed.inputPitch(), out, residual, dead);
    }
    PixelSource inPlace = new PixelSource.InPlace(grid, rows(in));
    return task(fused, grid, inPlace, 0, out, residual, dead);
  }

  private Task convolution(Convolution convolution, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    Filter filter = convolution.filter();
    Kernel2d kernel = convolution.kernel();
    Clamp clamp = Clamp.of(convolution.activation());
    if (convolution.groups() == shape(in).channels()) {
      return SlidingTask.convolution(
          sliding(kernel, in, to), filter.foldedWeight(), filter.foldedBias(), clamp);
    }
    Fused fused = new Fused(filter, convolution.groups(), clamp, false);
    PixelGrid grid = PixelGrid.of(to.shape().plane(), width, false);
    return taps(kernel, fused, grid, in, to, Place.of(to));
  }

  /** A kernel of several taps or a stride: each tap is an input channel of the fused operator. */
  private Task taps(
      Kernel2d kernel, Fused fused, PixelGrid grid, Source in, Placement to, Place residual) {
    TapColumns columns = new TapColumns(kernels, kernel, shape(in), to.shape());
    DeadCells none = new DeadCells(planes, to, List.of());
    Place out = Place.of(to);
    if (to.shape().channels() / fused.groups() < WORTH_PACKING_TAPS) {
      LaidOutTaps laidOut = new LaidOutTaps(columns, grid, rows(in), fused.groups());
      if (laidOut.scratchBytes() <= MOST_LAID_OUT) {
        return task(fused, grid, laidOut, 0, out, residual, none);
      }
    }
    PackedTaps packed = new PackedTaps(planes, columns, grid, rows(in), fused.groups());
    return task(fused, grid, packed, packed.inputPitch(), out, residual, none);
  }

  /**
   * What the fused operator computes, wherever it reads its inputs.
   *
   * @param residual whether the sums start at bias + residual
   */
  private record Fused(Filter filter, int groups, Clamp clamp, boolean residual) {}

  private PointwiseTask task(
      Fused fused,
      PixelGrid grid,
      PixelSource source,
      int inputPitch,
      Place out,
      Place residual,
      DeadCells dead) {
    Tiles tiles = tiles(fused, grid, inputPitch);
    return new PointwiseTask(tiles, grid, fused.groups(), source, out, residual, dead, threads);
  }

  private Tiles tiles(Fused fused, PixelGrid grid, int inputPitch) {
    Filter filter = fused.filter();
    PackedWeights weights =
        PackedWeights.of(
            filter.foldedWeight(), filter.foldedBias(), fused.groups(), width.blockOutputs());
    return new Tiles(
        kernels.tiles(), width, grid, weights, fused.clamp(), fused.residual(), inputPitch);
  }

  /** A pointwise convolution over a plane of one pixel, whose channels are the image's elements. */
  private Task dense(Dense dense, Source in, Placement to) {
    long[] channels = rows(in);
    int plane = Math.toIntExact(shape(in).plane());
    long[] elements = new long[Math.multiplyExact(channels.length, plane)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = channels[i / plane] + (long) (i % plane) * Float.BYTES;
    }
    PixelGrid grid = PixelGrid.of(1, width, false);
    Fused fused = new Fused(dense.filter(), 1, Clamp.of(dense.activation()), false);
    Place out = Place.of(to);
    DeadCells none = new DeadCells(planes, to, List.of());
    return task(fused, grid, new PixelSource.InPlace(grid, elements), 0, out, out, none);
  }

  private SlidingTask.Planes sliding(Kernel2d kernel, Source in, Placement to) {
    return new SlidingTask.Planes(
        kernels, paddedPlane(kernel, in, to), rows(in), Place.of(to), to.shape());
  }

  private PaddedPlane paddedPlane(Kernel2d kernel, Source in, Placement to) {
    return new PaddedPlane(kernel, shape(in), to.shape(), width.lanes());
  }

  private Task globalAverage(Source in, Placement to) {
    long[] rows = rows(in);
    Place out = Place.of(to);
    long pixels = shape(in).plane();
    return new PlaneTask(
        rows.length,
        (c, base) ->
            NativeMemory.ALL.set(
                ValueLayout.JAVA_FLOAT_UNALIGNED,
                base + out.plane(c),
                planes.sum(base + rows[c], pixels) / pixels));
  }

  private Task shuffle(ChannelShuffle shuffle, Source in, Placement to) {
    Pieces copies = new Pieces();
    int channels = to.shape().channels();
    for (int c = 0; c < channels; c++) {
      copies.add(to.plane(c), in.flat(shuffle.sourceChannel(c, channels)), to.shape().plane());
    }
    return new CopyTask(planes, copies);
  }

  private static Shape shape(Source in) {
    return in.map().shape();
  }

  /** Returns for every channel of a view where its pixel 0 is read, in bytes. */
  private static long[] rows(Source in) {
    long[] rows = new long[shape(in).channels()];
    for (int c = 0; c < rows.length; c++) {
      rows[c] = in.flat(c) * Float.BYTES;
    }
    return rows;
  }
}
