package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.Dense;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import java.lang.foreign.Arena;

/** The dense layer. */
final class DenseKernel {
  private static final int THREADS = 128;
  private static final int WARPS = THREADS / 32;

  /** From here on a weight is used for several images. */
  private static final int MANY = 4;

  private static final int OUTPUTS_OF_MANY = 4;
  private static final int IMAGES_OF_MANY = 8;

  private final DeviceMemory memory;
  private final Arena arena;

  DenseKernel(DeviceMemory memory, Arena arena) {
    this.memory = memory;
    this.arena = arena;
  }

  /** Returns the launch of a step. */
  Launch launch(Dense dense, Step step) {
    Source in = step.sources().getFirst();
    int outputs = dense.filter().outputs();
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.DENSE, Layouts.DENSE, step)
            .source("x", in)
            .target("y")
            .floats("weights", dense.filter().foldedWeight())
            .floats("bias", dense.filter().foldedBias())
            .activation("activation", dense.activation())
            .value("inputs", dense.filter().weightsPerOutput())
            .value("plane", Math.toIntExact(in.map().shape().plane()))
            .value("contiguous", isContiguous(in) ? 1 : 0);
    return launch.over(
        "images",
        images ->
            images < MANY
                ? launch.cut("dense_one", Math.ceilDiv((long) outputs * images, WARPS), THREADS)
                : launch.cut(
                    "dense_many",
                    Math.ceilDiv(
                        (long) Math.ceilDiv(outputs, OUTPUTS_OF_MANY)
                            * Math.ceilDiv(images, IMAGES_OF_MANY),
                        WARPS),
                    THREADS));
  }

  /** Whether the elements of an image stand one behind the other. */
  private static boolean isContiguous(Source in) {
    long plane = in.map().shape().plane();
    for (int c = 1; c < in.map().shape().channels(); c++) {
      if (in.flat(c) != in.flat(c - 1) + plane) {
        return false;
      }
    }
    return true;
  }
}
