package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.Activation;
import dev.shiftwise.network.AveragePool;
import dev.shiftwise.network.Convolution;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;

/** A window that slides over each plane on its own: depthwise convolution and pooling. */
final class SlidingKernel {
  private static final int THREADS = 256;

  private final DeviceMemory memory;
  private final Arena arena;

  SlidingKernel(DeviceMemory memory, Arena arena) {
    this.memory = memory;
    this.arena = arena;
  }

  /** Returns the launch of a convolution with as many groups as channels. */
  Launch depthwise(Convolution convolution, Step step) {
    Kernel2d kernel = convolution.kernel();
    LaunchBuilder launch =
        begin(kernel, convolution.activation(), step)
            .floats("weights", convolution.filter().foldedWeight())
            .floats("bias", convolution.filter().foldedBias());
    return end(launch, isSquare(kernel, 3) ? "slides_depthwise_3x3" : "slides_depthwise", step);
  }

  /** Returns the launch of an average over the cells inside the plane. */
  Launch average(AveragePool pool, Step step) {
    LaunchBuilder launch = begin(pool.kernel(), Activation.NONE, step);
    return end(launch, isSquare(pool.kernel(), 2) ? "slides_average_2x2" : "slides_average", step);
  }

  /** Returns the launch of a maximum. */
  Launch max(MaxPool pool, Step step) {
    return end(begin(pool.kernel(), Activation.NONE, step), "slides_maximum", step);
  }

  private static boolean isSquare(Kernel2d kernel, int side) {
    return kernel.height() == side && kernel.width() == side;
  }

  private LaunchBuilder begin(Kernel2d kernel, Activation activation, Step step) {
    Source in = step.sources().getFirst();
    int channels = in.map().shape().channels();
    return new LaunchBuilder(memory, arena, KernelSource.SLIDING, Layouts.SLIDING, step)
        .source("x", in)
        .target("y")
        .activation("activation", activation)
        .value("outputs", step.destination().shape().channels() / channels)
        .value("height", in.map().shape().height())
        .value("width", in.map().shape().width())
        .value("kernel_height", kernel.height())
        .value("kernel_width", kernel.width())
        .value("stride_y", kernel.strideY())
        .value("stride_x", kernel.strideX())
        .value("dilation_y", kernel.dilationY())
        .value("dilation_x", kernel.dilationX())
        .value("top", kernel.top())
        .value("left", kernel.left());
  }

  private static Launch end(LaunchBuilder launch, String kernel, Step step) {
    return launch.over(
        "images",
        images ->
            launch.cut(
                kernel, Math.ceilDiv(Quads.of(step.destination(), images), THREADS), THREADS));
  }
}
