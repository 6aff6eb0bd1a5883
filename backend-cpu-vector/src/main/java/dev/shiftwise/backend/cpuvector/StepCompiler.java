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
  private final Kernels kernels;
  private final PlaneKernels planes;
  private final ActivationPass activations;
  private final VectorWidth width;
  private final Workspace workspace;

  /**
   * Makes a compiler.
   *
   * @param workspace where steps lay out what only they read
   */
  StepCompiler(Kernels kernels, Workspace workspace) {
    this.kernels = kernels;
    this.planes = kernels.planes();
    this.activations = kernels.activations();
    this.width = kernels.width();
    this.workspace = workspace;
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
    workspace.nextStep();
    Operator operator = step.node().operator();
    Placement to = step.destination();
    List<Task> tasks = new ArrayList<>(kernel(operator, step));
    if (!(operator instanceof Activate) && !(operator.activation() instanceof Activation.Clip)) {
      tasks.add(activations.inPlace(operator.activation(), to));
    }
    Guards guards = left(step, gapsAreZero);
    if (!guards.isEmpty()) {
      tasks.add(new GuardTask(planes, to, guards));
    }
    return tasks;
  }

  private List<Task> kernel(Operator operator, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    return switch (operator) {
      case PointwiseConvolution pointwise -> pointwise(pointwise, step);
      case Convolution convolution -> convolution(convolution, step);
      case Dense dense -> List.of(dense(dense, in, to));
      case Arithmetic arithmetic ->
          List.of(new ArithmeticTask(kernels, arithmetic, in, step.sources().get(1), to));
      case Activate(Activation activation) -> List.of(activations.of(activation, rows(in), to));
      case AveragePool pool -> List.of(SlidingTask.average(sliding(pool.kernel(), in, to)));
      case MaxPool pool -> List.of(SlidingTask.max(sliding(pool.kernel(), in, to)));
      case GlobalAveragePool _ -> List.of(globalAverage(in, to));
      case ChannelShuffle shuffle -> List.of(shuffle(shuffle, in, to));
      case Rearrange rearrange -> List.of(new RearrangeTask(planes, rearrange, in, to));
      case Resize resize -> List.of(new ResizeTask(planes, resize, in, rows(in), to));
      case Softmax _ -> List.of(new SoftmaxTask(rows(in), Place.of(to), to.shape().plane()));
      case Copy _ -> List.of(CopyTask.of(planes, in, to));
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

  private List<Task> pointwise(PointwiseConvolution pointwise, Step step) {
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
            pointwise.filter(),
            pointwise.groups(),
            Clamp.of(pointwise.activation()),
            hasResidual,
            1);
    if (isFused(step)) {
      PixelGrid grid = PixelGrid.of(to.shape().plane(), width, hasResidual);
      DeadCells dead = new DeadCells(planes, to, step.guards().deadBorders());
      return List.of(fused(fused, grid, rows(in), out, residual, dead));
    }
    return padded(Kernel2d.square(1, pointwise.stride(), 0), fused, in, to, residual);
  }

  private List<Task> convolution(Convolution convolution, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    Filter filter = convolution.filter();
    Kernel2d kernel = convolution.kernel();
    if (convolution.groups() == shape(in).channels()) {
      return List.of(
          SlidingTask.convolution(
              sliding(kernel, in, to),
              filter.foldedWeight(),
              filter.foldedBias(),
              Clamp.of(convolution.activation())));
    }
    Fused fused =
        new Fused(
            filter,
            convolution.groups(),
            Clamp.of(convolution.activation()),
            false,
            kernel.height() * kernel.width());
    return padded(kernel, fused, in, to, Place.of(to));
  }

  /**
   * A kernel of several taps or a stride: over planes that are laid out for it, each tap is an
   * input channel of the fused operator, at an address of its own. Where rows have padding between
   * them, results are computed for it, too, and thrown away.
   */
  private List<Task> padded(Kernel2d kernel, Fused fused, Source in, Placement to, Place residual) {
    PaddedPlane padded = paddedPlane(kernel, in, to);
    long[] sources = rows(in);
    long pitch = Workspace.pitch(padded.bytes());
    Place planesAt = new Place(workspace.take(sources.length * pitch), pitch);
    long[] taps = padded.taps();
    long[] rows = new long[Math.multiplyExact(sources.length, taps.length)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = planesAt.plane(i / taps.length) + taps[i % taps.length];
    }
    List<Task> tasks = new ArrayList<>();
    tasks.add(new PadTask(new PlaneLoader(kernels, padded, 0f), sources, planesAt));
    DeadCells none = new DeadCells(planes, to, List.of());
    Place out = Place.of(to);
    if (padded.pitch() == to.shape().width()) {
      PixelGrid grid = PixelGrid.of(to.shape().plane(), width, fused.residual());
      tasks.add(fused(fused, grid, rows, out, residual, none));
      return tasks;
    }
    // In the workspace there is room for whole vectors: no single pixels.
    long flat = Math.ceilDiv(padded.flat(), (long) width.lanes()) * width.lanes();
    long resultPitch = Workspace.pitch(flat * Float.BYTES);
    Place results = new Place(workspace.take(to.shape().channels() * resultPitch), resultPitch);
    PixelGrid grid = PixelGrid.of(flat, width, false);
    tasks.add(fused(fused, grid, rows, results, results, none));
    long rowPitch = (long) padded.pitch() * Float.BYTES;
    tasks.add(new CompactTask(kernels, results, rowPitch, out, to.shape()));
    return tasks;
  }

  /**
   * What the fused operator computes, wherever it reads its inputs.
   *
   * @param taps how many of the inputs read the same plane, at places of their own
   */
  private record Fused(Filter filter, int groups, Clamp clamp, boolean residual, int taps) {}

  /** The fused operator, over pixels that are packed where that is worth it. */
  private Task fused(
      Fused fused, PixelGrid grid, long[] rows, Place out, Place residual, DeadCells dead) {
    int groups = fused.groups();
    if (fused.taps() == 1 && width.isWorthPacking()) {
      PixelSource.Packed packed = new PixelSource.Packed(planes, grid, rows, groups);
      return new PointwiseTask(
          tiles(fused, grid, packed.channelPitch()), grid, groups, packed, out, residual, dead);
    }
    PixelSource inPlace = new PixelSource.InPlace(grid, rows, width.tilesTogether());
    return new PointwiseTask(tiles(fused, grid, 0), grid, groups, inPlace, out, residual, dead);
  }

  private Tiles tiles(Fused fused, PixelGrid grid, int channelPitch) {
    Filter filter = fused.filter();
    PackedWeights weights =
        PackedWeights.of(
            filter.foldedWeight(), filter.foldedBias(), fused.groups(), width.blockOutputs());
    return new Tiles(
        kernels.tiles(), width, grid, weights, fused.clamp(), fused.residual(), channelPitch);
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
    Fused fused = new Fused(dense.filter(), 1, Clamp.of(dense.activation()), false, 1);
    Tiles tiles = tiles(fused, grid, 0);
    Place out = Place.of(to);
    DeadCells none = new DeadCells(planes, to, List.of());
    PixelSource inPlace = new PixelSource.InPlace(grid, elements, 1);
    return new PointwiseTask(tiles, grid, 1, inPlace, out, out, none);
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
