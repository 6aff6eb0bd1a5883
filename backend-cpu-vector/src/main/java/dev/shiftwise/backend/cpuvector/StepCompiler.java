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
  private final TileCompiler tileCompiler;
  private final PlaneKernels planes;
  private final ActivationPass activations;
  private final VectorWidth width;

  StepCompiler(TileCompiler tileCompiler, VectorWidth width) {
    this.tileCompiler = tileCompiler;
    this.planes = Specialization.planeKernels(width);
    this.activations = new ActivationPass(planes, Specialization.activationKernels(width));
    this.width = width;
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
    List<Task> tasks = new ArrayList<>();
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    Operator operator = step.node().operator();
    tasks.add(
        switch (operator) {
          case PointwiseConvolution pointwise -> pointwise(pointwise, step);
          case Convolution convolution -> convolution(convolution, step);
          case Dense dense -> dense(dense, in, to);
          case Arithmetic arithmetic ->
              new ArithmeticTask(planes, arithmetic, in, step.sources().get(1), to);
          case Activate(Activation activation) -> activations.of(activation, rows(in), to);
          case AveragePool pool ->
              SlidingTask.average(
                  planes, padded(pool.kernel(), in, to), width, rows(in), Place.of(to));
          case MaxPool pool ->
              SlidingTask.max(planes, padded(pool.kernel(), in, to), width, rows(in), Place.of(to));
          case GlobalAveragePool _ -> globalAverage(in, to);
          case ChannelShuffle shuffle -> shuffle(shuffle, in, to);
          case Rearrange rearrange -> new RearrangeTask(planes, rearrange, in, to);
          case Resize resize -> new ResizeTask(planes, resize, in, rows(in), to);
          case Softmax _ -> new SoftmaxTask(rows(in), Place.of(to), to.shape().plane());
          case Copy _ -> CopyTask.of(planes, in, to);
          case Concat _ ->
              throw new IllegalArgumentException(
                  "step '" + step.node().name() + "' is a Concat, which the plan resolves");
        });
    if (!(operator instanceof Activate) && !(operator.activation() instanceof Activation.Clip)) {
      tasks.add(activations.inPlace(operator.activation(), to));
    }
    Guards guards = left(step, gapsAreZero);
    if (!guards.isEmpty()) {
      tasks.add(new GuardTask(planes, to, guards));
    }
    return tasks;
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
    boolean residual = step.sources().size() > 1;
    Place out = Place.of(to);
    // The residual is read unshifted, so its planes have one pitch.
    Place res =
        residual
            ? new Place(
                step.sources().get(1).flat(0) * Float.BYTES,
                step.sources().get(1).placement().planePitch() * Float.BYTES)
            : out;
    int groups = pointwise.groups();
    Tiles tiles = tiles(pointwise.filter(), groups, pointwise.activation(), residual);
    if (isFused(step)) {
      PixelGrid grid = PixelGrid.of(to.shape().plane(), width, residual);
      DeadCells dead = new DeadCells(planes, to, step.guards().deadBorders());
      return new PointwiseTask(tiles, grid, groups, rows(in), out, res, dead);
    }
    Kernel2d kernel = Kernel2d.square(1, pointwise.stride(), 0);
    return new PatchTask(
        planes, tiles, width, groups, kernel, shape(in), to.shape(), rows(in), out, res);
  }

  private Task convolution(Convolution convolution, Step step) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    Place out = Place.of(to);
    Kernel2d kernel = convolution.kernel();
    Filter filter = convolution.filter();
    if (convolution.groups() == shape(in).channels()) {
      return SlidingTask.convolution(
          planes,
          padded(kernel, in, to),
          width,
          filter.foldedWeight(),
          filter.foldedBias(),
          Clamp.of(convolution.activation()),
          rows(in),
          out);
    }
    Tiles tiles = tiles(filter, convolution.groups(), convolution.activation(), false);
    return new PatchTask(
        planes,
        tiles,
        width,
        convolution.groups(),
        kernel,
        shape(in),
        to.shape(),
        rows(in),
        out,
        out);
  }

  /** A pointwise convolution over a plane of one pixel, whose channels are the image's elements. */
  private Task dense(Dense dense, Source in, Placement to) {
    long[] channels = rows(in);
    int plane = Math.toIntExact(shape(in).plane());
    long[] elements = new long[Math.multiplyExact(channels.length, plane)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = channels[i / plane] + (long) (i % plane) * Float.BYTES;
    }
    Tiles tiles = tiles(dense.filter(), 1, dense.activation(), false);
    Place out = Place.of(to);
    DeadCells none = new DeadCells(planes, to, List.of());
    return new PointwiseTask(tiles, PixelGrid.of(1, width, false), 1, elements, out, out, none);
  }

  private Tiles tiles(Filter filter, int groups, Activation activation, boolean residual) {
    PackedWeights weights =
        PackedWeights.of(filter.foldedWeight(), filter.foldedBias(), groups, width.blockOutputs());
    return new Tiles(tileCompiler, width, weights, Clamp.of(activation), residual);
  }

  private PaddedPlane padded(Kernel2d kernel, Source in, Placement to) {
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
