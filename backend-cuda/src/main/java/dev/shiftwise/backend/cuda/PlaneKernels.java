package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;
import java.lang.foreign.StructLayout;

/** What is done with the pixels of planes where they stand: sums of maps, activations, averages. */
final class PlaneKernels {
  private static final int THREADS = 256;
  private static final int WARP = 32;

  /** From here on a plane is a block's work. */
  private static final int LARGE = 2048;

  private final DeviceMemory memory;
  private final Arena arena;

  PlaneKernels(DeviceMemory memory, Arena arena) {
    this.memory = memory;
    this.arena = arena;
  }

  /** Returns the launch of a sum of two maps. */
  Launch add(Arithmetic add, Step step) {
    LaunchBuilder launch = pixels(add.activation(), step);
    return end(launch.source("addend", step.sources().get(1)), step);
  }

  /** Returns the launch of an activation. */
  Launch activate(Activate activate, Step step) {
    return end(pixels(activate.activation(), step), step);
  }

  private LaunchBuilder pixels(Activation activation, Step step) {
    return begin(KernelSource.PIXELS, step).activation("activation", activation);
  }

  private static Launch end(LaunchBuilder launch, Step step) {
    return launch.over(
        "images",
        images ->
            launch.cut(
                "adds", Math.ceilDiv(Quads.of(step.destination(), images), THREADS), THREADS));
  }

  /** Returns the launch of the average of each plane. */
  Launch globalAverage(Step step) {
    int plane = plane(step);
    long channels = step.destination().shape().channels();
    LaunchBuilder launch = begin(KernelSource.AVERAGE, step).value("plane", plane);
    return launch.over(
        "images",
        images ->
            plane < LARGE
                ? launch.cut(
                    "averages_small", Math.ceilDiv(channels * images, THREADS / WARP), THREADS)
                : launch.cut("averages_large", channels * images, THREADS));
  }

  /** Returns the launch of a softmax over the channels of each pixel. */
  Launch softmax(Step step) {
    int plane = plane(step);
    // Threads beside each other have neighbouring pixels; where there are fewer, they share
    // channels.
    int side = Integer.highestOneBit(2 * Math.min(plane, WARP) - 1);
    LaunchBuilder launch =
        begin(KernelSource.SOFTMAX, step).value("plane", plane).value("side", side);
    return launch.over(
        "images",
        images -> launch.cut("softmax", Math.ceilDiv((long) plane * images, side), THREADS));
  }

  private static int plane(Step step) {
    Source in = step.sources().getFirst();
    return Math.toIntExact(in.map().shape().plane());
  }

  private LaunchBuilder begin(KernelSource source, Step step) {
    return new LaunchBuilder(memory, arena, source, layout(source), step)
        .source("x", step.sources().getFirst())
        .target("y");
  }

  private static StructLayout layout(KernelSource source) {
    return switch (source) {
      case PIXELS -> Layouts.PIXELS;
      case AVERAGE -> Layouts.PLANE_AVERAGE;
      case SOFTMAX -> Layouts.SOFTMAX;
      case POINTWISE, CONVOLUTION, SLIDING, COPY, DENSE, EPILOGUE ->
          throw new IllegalArgumentException(source + " is of another family");
    };
  }
}
