package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Dense;
import dev.shiftwise.network.GlobalAveragePool;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.network.Resize;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;

/** Chooses the kernels for a plan's steps: one launch each, guards included. */
final class StepCompiler {
  private final Library.Steps library;
  private final PointwiseKernel pointwise;
  private final ConvolutionKernel convolution;
  private final SlidingKernel sliding;
  private final DenseKernel dense;
  private final PlaneKernels planes;
  private final MoveKernels moves;

  /**
   * Makes a compiler.
   *
   * @param arena where the launches' arguments live
   * @param library what is asked first
   */
  StepCompiler(DeviceMemory memory, Arena arena, Tiles tiles, Library.Steps library) {
    this.library = library;
    this.pointwise = new PointwiseKernel(memory, arena, tiles);
    this.convolution = new ConvolutionKernel(memory, arena, tiles);
    this.sliding = new SlidingKernel(memory, arena);
    this.dense = new DenseKernel(memory, arena);
    this.planes = new PlaneKernels(memory, arena);
    this.moves = new MoveKernels(memory, arena);
  }

  /** Returns the launch of one step. */
  Launch compile(Step step) {
    return library.launch(step).orElseGet(() -> own(step));
  }

  private Launch own(Step step) {
    return switch (step.node().operator()) {
      case PointwiseConvolution operator when operator.stride() == 1 ->
          pointwise.launch(operator, step);
      case PointwiseConvolution operator -> convolution.launch(operator, step);
      case Convolution operator ->
          operator.groups() == step.sources().getFirst().map().shape().channels()
              ? sliding.depthwise(operator, step)
              : convolution.launch(operator, step);
      case AveragePool operator -> sliding.average(operator, step);
      case MaxPool operator -> sliding.max(operator, step);
      case GlobalAveragePool _ -> planes.globalAverage(step);
      case Dense operator -> dense.launch(operator, step);
      case Arithmetic operator -> planes.arithmetic(operator, step);
      case Activate operator -> planes.activate(operator, step);
      case Softmax _ -> planes.softmax(step);
      case ChannelShuffle operator -> moves.shuffle(operator, step);
      case Copy _ -> moves.copy(step);
      case Rearrange operator -> moves.rearrange(operator, step);
      case Resize operator -> planes.resize(operator, step);
      case Concat _ ->
          throw new IllegalArgumentException(
              "step '" + step.node().name() + "' is a Concat, which the plan resolves");
    };
  }
}
