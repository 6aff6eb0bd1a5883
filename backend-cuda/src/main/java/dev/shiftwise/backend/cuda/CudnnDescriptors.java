package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.plan.Placement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/**
 * Makes cuDNN's descriptors, which live as long as the program.
 *
 * @param cudnn its functions
 * @param memory with which they are released
 */
record CudnnDescriptors(Cudnn cudnn, DeviceMemory memory) {

  private MemorySegment make(
      String kind, ToIntFunction<MemorySegment> create, ToIntFunction<MemorySegment> destroy) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment reference = arena.allocate(ADDRESS);
      cudnn.check(create.applyAsInt(reference), "cudnnCreate" + kind + "Descriptor");
      MemorySegment made = reference.get(ADDRESS, 0);
      memory.release(
          () -> {
            int result = destroy.applyAsInt(made);
            if (result != Cudnn.CUDNN_STATUS_SUCCESS) {
              Status.note("cudnnDestroy" + kind + "Descriptor", cudnn.word(result));
            }
          });
      return made;
    }
  }

  /** Returns a tensor's: images, channels, rows, columns and the elements from one to the next. */
  MemorySegment tensor(int[] sizes, long[] strides) {
    MemorySegment made =
        make("Tensor", cudnn::cudnnCreateTensorDescriptor, cudnn::cudnnDestroyTensorDescriptor);
    cudnn.check(
        cudnn.cudnnSetTensor4dDescriptorEx(
            made,
            Cudnn.CUDNN_DATA_FLOAT,
            sizes[0],
            sizes[1],
            sizes[2],
            sizes[3],
            Math.toIntExact(strides[0]),
            Math.toIntExact(strides[1]),
            Math.toIntExact(strides[2]),
            Math.toIntExact(strides[3])),
        "cudnnSetTensor4dDescriptorEx");
    return made;
  }

  /** Returns that of some channels of the first images of a map in the slab. */
  MemorySegment map(Placement placement, int channels, int images) {
    int height = placement.shape().height();
    int width = placement.shape().width();
    return tensor(
        new int[] {images, channels, height, width},
        new long[] {placement.imagePitch(), placement.planePitch(), width, 1});
  }

  /** Returns a filter's, of dense weights. */
  MemorySegment filter(int outputs, int inputs, Kernel2d kernel) {
    MemorySegment made =
        make("Filter", cudnn::cudnnCreateFilterDescriptor, cudnn::cudnnDestroyFilterDescriptor);
    cudnn.check(
        cudnn.cudnnSetFilter4dDescriptor(
            made,
            Cudnn.CUDNN_DATA_FLOAT,
            Cudnn.CUDNN_TENSOR_NCHW,
            outputs,
            inputs,
            kernel.height(),
            kernel.width()),
        "cudnnSetFilter4dDescriptor");
    return made;
  }

  /** Returns a convolution's in float32: fused multiply-adds, and no shorter type inside. */
  MemorySegment convolution(Kernel2d kernel, int groups) {
    MemorySegment made =
        make(
            "Convolution",
            cudnn::cudnnCreateConvolutionDescriptor,
            cudnn::cudnnDestroyConvolutionDescriptor);
    cudnn.check(
        cudnn.cudnnSetConvolution2dDescriptor(
            made,
            kernel.top(),
            kernel.left(),
            kernel.strideY(),
            kernel.strideX(),
            kernel.dilationY(),
            kernel.dilationX(),
            Cudnn.CUDNN_CROSS_CORRELATION,
            Cudnn.CUDNN_DATA_FLOAT),
        "cudnnSetConvolution2dDescriptor");
    cudnn.check(cudnn.cudnnSetConvolutionGroupCount(made, groups), "cudnnSetConvolutionGroupCount");
    cudnn.check(
        cudnn.cudnnSetConvolutionMathType(made, Cudnn.CUDNN_FMA_MATH),
        "cudnnSetConvolutionMathType");
    return made;
  }

  /** Returns an activation's. */
  MemorySegment activation(int mode) {
    MemorySegment made =
        make(
            "Activation",
            cudnn::cudnnCreateActivationDescriptor,
            cudnn::cudnnDestroyActivationDescriptor);
    cudnn.check(
        cudnn.cudnnSetActivationDescriptor(made, mode, Cudnn.CUDNN_PROPAGATE_NAN, 0),
        "cudnnSetActivationDescriptor");
    return made;
  }
}
