package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A step's kernel call: the kernel's struct in native memory, made once, and how the work is cut
 * for a number of images.
 */
final class KernelLaunch implements Launch {

  /**
   * How the work is cut.
   *
   * @param kernel the kernel's name
   * @param function the kernel
   * @param blocks blocks of threads
   * @param threads threads of a block
   */
  record Cut(String kernel, MemorySegment function, int blocks, int threads) {}

  private final String step;
  private final MemorySegment struct;
  private final long images;
  private final MemorySegment arguments;
  private final IntFunction<Cut> cuts;
  private @Nullable Cut cut;
  private int cutFor;

  /**
   * Makes a call.
   *
   * @param step the step's name, for messages
   * @param struct the kernel's argument
   * @param images where the number of images stands in it
   * @param arguments an array of one pointer, to the struct
   * @param cuts how the work is cut for a number of images
   */
  KernelLaunch(
      String step,
      MemorySegment struct,
      long images,
      MemorySegment arguments,
      IntFunction<Cut> cuts) {
    this.step = step;
    this.struct = struct;
    this.images = images;
    this.arguments = arguments;
    this.cuts = cuts;
  }

  @Override
  public void prepare(int count) {
    var _ = cut(count);
  }

  @Override
  public void enqueue(CudaDriver driver, MemorySegment stream, int count) {
    Cut now = cut(count);
    int result =
        driver.cuLaunchKernel(
            now.function(),
            now.blocks(),
            1,
            1,
            now.threads(),
            1,
            1,
            0,
            stream,
            arguments,
            MemorySegment.NULL);
    if (result != CudaConstants.CUDA_SUCCESS) {
      driver.check(result, "cuLaunchKernel(" + now.kernel() + " of step '" + step + "')");
    }
  }

  private Cut cut(int count) {
    Cut now = cut;
    if (now == null || cutFor != count) {
      now = cuts.apply(count);
      struct.set(JAVA_INT, images, count);
      cut = now;
      cutFor = count;
    }
    return now;
  }

  /** Prints the step, and the kernel of the last cut. */
  @Override
  public String toString() {
    return cut == null ? step : step + " by " + cut.kernel();
  }
}
