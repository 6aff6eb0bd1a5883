package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shiftwise.backend.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A convolution by cuDNN with bias, residual and activation in one call, by the algorithm that it
 * finds fastest itself on this device for a number of images, of those that it has for such a call.
 */
final class CudnnConvolution implements Launch {
  /** Bytes of a {@code cudnnConvolutionFwdAlgoPerf_t}; where its fields stand. */
  static final long RESULT = 48;

  static final long ALGORITHM = 0;
  static final long STATUS = 4;

  /**
   * What does not depend on the images.
   *
   * @param step the step's name, for messages
   * @param filter a descriptor
   * @param weights of the device
   * @param convolution a descriptor
   * @param biases a descriptor
   * @param bias of the device
   * @param activation a descriptor
   * @param relu whether the activation is ReLU
   * @param workspace of the device, for all steps of the program
   * @param workspaceBytes its size
   * @param one factor of the sum
   * @param residual factor of what is added
   */
  record Constants(
      String step,
      MemorySegment filter,
      MemorySegment weights,
      MemorySegment convolution,
      MemorySegment biases,
      MemorySegment bias,
      MemorySegment activation,
      boolean relu,
      MemorySegment workspace,
      long workspaceBytes,
      MemorySegment one,
      MemorySegment residual) {}

  /** The maps for a number of images, each a descriptor and an address of the device. */
  record Maps(
      MemorySegment input,
      MemorySegment x,
      MemorySegment residual,
      MemorySegment z,
      MemorySegment output,
      MemorySegment y) {}

  private record Ready(Maps maps, int algorithm) {}

  private final Cudnn cudnn;
  private final MemorySegment handle;
  private final Constants constants;
  private final IntFunction<Maps> maps;
  private final Map<Integer, Ready> ready = new HashMap<>();

  CudnnConvolution(Cudnn cudnn, MemorySegment handle, Constants constants, IntFunction<Maps> maps) {
    this.cudnn = cudnn;
    this.handle = handle;
    this.constants = constants;
    this.maps = maps;
  }

  @Override
  public void enqueue(CudaDriver driver, MemorySegment stream, int count) {
    Ready now = ready.computeIfAbsent(count, this::choose);
    cudnn.check(
        convolve(now.maps(), now.algorithm()),
        "cudnnConvolutionBiasActivationForward of step '" + constants.step() + "'");
  }

  /** Never during a capture: a number of images is not captured before it has run. */
  private Ready choose(int count) {
    Maps its = maps.apply(count);
    List<Integer> candidates = constants.relu() ? fastestFirst(its) : new ArrayList<>();
    // The only one that it has without an activation, and one that it has for everything.
    candidates.add(Cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM);
    int result = Cudnn.CUDNN_STATUS_SUCCESS;
    for (int candidate : candidates) {
      result = convolve(its, candidate);
      if (result == Cudnn.CUDNN_STATUS_SUCCESS) {
        return new Ready(its, candidate);
      }
    }
    throw new BackendException(
        "cuDNN has no algorithm for step '" + constants.step() + "': " + cudnn.word(result));
  }

  private List<Integer> fastestFirst(Maps its) {
    try (Arena arena = Arena.ofConfined()) {
      int most = Cudnn.CUDNN_CONVOLUTION_FWD_ALGO_COUNT;
      MemorySegment results = arena.allocate(most * RESULT, Long.BYTES);
      MemorySegment count = arena.allocate(JAVA_INT);
      cudnn.check(
          cudnn.cudnnFindConvolutionForwardAlgorithmEx(
              handle,
              its.input(),
              its.x(),
              constants.filter(),
              constants.weights(),
              constants.convolution(),
              its.output(),
              its.y(),
              most,
              count,
              results,
              constants.workspace(),
              constants.workspaceBytes()),
          "cudnnFindConvolutionForwardAlgorithmEx of step '" + constants.step() + "'");
      List<Integer> algorithms = new ArrayList<>();
      for (int i = 0; i < count.get(JAVA_INT, 0); i++) {
        if (results.get(JAVA_INT, i * RESULT + STATUS) == Cudnn.CUDNN_STATUS_SUCCESS) {
          algorithms.add(results.get(JAVA_INT, i * RESULT + ALGORITHM));
        }
      }
      return algorithms;
    }
  }

  private int convolve(Maps its, int algorithm) {
    return cudnn.cudnnConvolutionBiasActivationForward(
        handle,
        constants.one(),
        its.input(),
        its.x(),
        constants.filter(),
        constants.weights(),
        constants.convolution(),
        algorithm,
        constants.workspace(),
        constants.workspaceBytes(),
        constants.residual(),
        its.residual(),
        its.z(),
        constants.biases(),
        constants.bias(),
        constants.activation(),
        its.output(),
        its.y());
  }
}
