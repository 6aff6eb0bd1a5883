package dev.shiftwise.backend.opencl;

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
import java.util.ArrayList;
import java.util.List;

/** Chooses the kernels for a plan's steps. */
final class StepCompiler {
  private final PointwiseKernel pointwise;
  private final ConvolutionKernel convolution;
  private final SlidingKernel sliding;
  private final DenseKernel dense;
  private final PlaneKernels planes;
  private final MoveKernels moves;

  StepCompiler(DeviceMemory memory, ClDevice.Facts facts, Tuning tuning) {
    this.pointwise = new PointwiseKernel(memory, tuning);
    this.convolution = new ConvolutionKernel(memory, facts, tuning);
    this.sliding = new SlidingKernel(memory, facts);
    this.dense = new DenseKernel(memory, facts);
    this.planes = new PlaneKernels(memory, facts);
    this.moves = new MoveKernels(memory, facts);
  }

  /** Returns the launches of one step, in order: the kernel, and the guards it did not fill. */
  List<Launch> compile(Step step) {
    List<Launch> launches = new ArrayList<>();
    switch (step.node().operator()) {
      case PointwiseConvolution operator when operator.stride() == 1 -> {
        return List.of(pointwise.launch(operator, step));
      }
      case PointwiseConvolution operator -> launches.add(convolution.launch(operator, step));
      case Convolution operator ->
          launches.add(
              operator.groups() == step.sources().getFirst().map().shape().channels()
                  ? sliding.depthwise(operator, step)
                  : convolution.launch(operator, step));
      case AveragePool operator -> launches.add(sliding.average(operator, step));
      case MaxPool operator -> launches.add(sliding.max(operator, step));
      case GlobalAveragePool _ -> launches.add(planes.globalAverage(step));
      case Dense operator -> launches.add(dense.launch(operator, step));
      case Arithmetic operator -> launches.add(planes.arithmetic(operator, step));
      case Activate operator -> launches.add(planes.activate(operator, step));
      case Softmax _ -> launches.add(planes.softmax(step));
      case ChannelShuffle operator -> launches.add(moves.shuffle(operator, step));
      case Copy _ -> launches.add(moves.copy(step));
      case Rearrange operator -> launches.add(moves.rearrange(operator, step));
      case Resize operator -> launches.add(planes.resize(operator, step));
      case Concat _ ->
          throw new IllegalArgumentException(
              "step '" + step.node().name() + "' is a Concat, which the plan resolves");
    }
    if (!step.guards().isEmpty()) {
      launches.add(moves.guards(step.destination(), step.guards()));
    }
    return launches;
  }
}
