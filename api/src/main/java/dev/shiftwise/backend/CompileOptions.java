package dev.shiftwise.backend;

/**
 * How a network is compiled.
 *
 * @param maxBatch the largest number of images one run may have, at least 1
 * @param threads threads that compute, the caller's included; 0 for as many as there are
 *     processors. Backends that do not compute on the CPU ignore it
 * @param profile whether the session times every step (at a small cost in each run)
 * @param warmUp whether compiling goes on until the kernels are as fast as they get, where that
 *     comes with their use: good for a network that runs often, while one that runs a few times is
 *     done sooner without. On a CPU it takes the JVM's compiler some seconds, and networks of under
 *     a million multiply-adds are left as they are; drivers of OpenCL and CUDA bring kernels to the
 *     device when they first run, so there the network is run once or twice. Results are the same
 */
public record CompileOptions(int maxBatch, int threads, boolean profile, boolean warmUp) {

  /** One image, all processors, no profile, warmed up. */
  public static final CompileOptions DEFAULT = new CompileOptions(1, 0, false, true);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if {@code maxBatch} is below 1 or {@code threads} below 0
   */
  public CompileOptions {
    if (maxBatch < 1) {
      throw new IllegalArgumentException("maxBatch is " + maxBatch + ", wanted at least 1");
    }
    if (threads < 0) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", wanted at least 1, or 0 for all processors");
    }
  }

  /** Returns these options with another largest batch. */
  public CompileOptions withMaxBatch(int newMaxBatch) {
    return new CompileOptions(newMaxBatch, threads, profile, warmUp);
  }

  /** Returns these options with another number of threads. */
  public CompileOptions withThreads(int newThreads) {
    return new CompileOptions(maxBatch, newThreads, profile, warmUp);
  }

  /** Returns these options with or without a profile. */
  public CompileOptions withProfile(boolean newProfile) {
    return new CompileOptions(maxBatch, threads, newProfile, warmUp);
  }

  /** Returns these options with or without a warm-up. */
  public CompileOptions withWarmUp(boolean newWarmUp) {
    return new CompileOptions(maxBatch, threads, profile, newWarmUp);
  }
}
