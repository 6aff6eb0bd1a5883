package dev.shiftwise.backend.cuda;

import dev.shiftwise.backend.BackendException;
import java.lang.foreign.MemorySegment;

/**
 * The functions of cuDNN 9, NVIDIA's library of networks' operators, that comparisons use: grouped
 * convolution, and transposing tensors.
 *
 * <p>Each method that returns a status returns it as it is; {@link #check} turns it into an
 * exception.
 */
@SuppressWarnings("MemberName")
final class Cudnn {
  static final int CUDNN_STATUS_SUCCESS = 0;
  static final int CUDNN_DATA_FLOAT = 0;
  static final int CUDNN_TENSOR_NCHW = 0;
  static final int CUDNN_CROSS_CORRELATION = 1;
  static final int CUDNN_FMA_MATH = 3;
  static final int CUDNN_PROPAGATE_NAN = 1;
  static final int CUDNN_ACTIVATION_RELU = 1;
  static final int CUDNN_ACTIVATION_IDENTITY = 5;
  static final int CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM = 1;
  static final int CUDNN_CONVOLUTION_FWD_ALGO_COUNT = 8;

  private final MemorySegment cudnnCreate;
  private final MemorySegment cudnnDestroy;
  private final MemorySegment cudnnSetStream;
  private final MemorySegment cudnnGetVersion;
  private final MemorySegment cudnnGetErrorString;
  private final MemorySegment cudnnCreateTensorDescriptor;
  private final MemorySegment cudnnSetTensor4dDescriptorEx;
  private final MemorySegment cudnnDestroyTensorDescriptor;
  private final MemorySegment cudnnCreateFilterDescriptor;
  private final MemorySegment cudnnSetFilter4dDescriptor;
  private final MemorySegment cudnnDestroyFilterDescriptor;
  private final MemorySegment cudnnCreateConvolutionDescriptor;
  private final MemorySegment cudnnSetConvolution2dDescriptor;
  private final MemorySegment cudnnSetConvolutionGroupCount;
  private final MemorySegment cudnnSetConvolutionMathType;
  private final MemorySegment cudnnDestroyConvolutionDescriptor;
  private final MemorySegment cudnnCreateActivationDescriptor;
  private final MemorySegment cudnnSetActivationDescriptor;
  private final MemorySegment cudnnDestroyActivationDescriptor;
  private final MemorySegment cudnnFindConvolutionForwardAlgorithmEx;
  private final MemorySegment cudnnConvolutionBiasActivationForward;
  private final MemorySegment cudnnTransformTensor;

  /**
   * Looks every function up.
   *
   * @throws NativeLibrary.MissingSymbolsException naming all that the library lacks
   */
  Cudnn(NativeLibrary library) throws NativeLibrary.MissingSymbolsException {
    NativeLibrary.Symbols symbols = new NativeLibrary.Symbols(library);
    cudnnCreate = symbols.address("cudnnCreate");
    cudnnDestroy = symbols.address("cudnnDestroy");
    cudnnSetStream = symbols.address("cudnnSetStream");
    cudnnGetVersion = symbols.address("cudnnGetVersion");
    cudnnGetErrorString = symbols.address("cudnnGetErrorString");
    cudnnCreateTensorDescriptor = symbols.address("cudnnCreateTensorDescriptor");
    cudnnSetTensor4dDescriptorEx = symbols.address("cudnnSetTensor4dDescriptorEx");
    cudnnDestroyTensorDescriptor = symbols.address("cudnnDestroyTensorDescriptor");
    cudnnCreateFilterDescriptor = symbols.address("cudnnCreateFilterDescriptor");
    cudnnSetFilter4dDescriptor = symbols.address("cudnnSetFilter4dDescriptor");
    cudnnDestroyFilterDescriptor = symbols.address("cudnnDestroyFilterDescriptor");
    cudnnCreateConvolutionDescriptor = symbols.address("cudnnCreateConvolutionDescriptor");
    cudnnSetConvolution2dDescriptor = symbols.address("cudnnSetConvolution2dDescriptor");
    cudnnSetConvolutionGroupCount = symbols.address("cudnnSetConvolutionGroupCount");
    cudnnSetConvolutionMathType = symbols.address("cudnnSetConvolutionMathType");
    cudnnDestroyConvolutionDescriptor = symbols.address("cudnnDestroyConvolutionDescriptor");
    cudnnCreateActivationDescriptor = symbols.address("cudnnCreateActivationDescriptor");
    cudnnSetActivationDescriptor = symbols.address("cudnnSetActivationDescriptor");
    cudnnDestroyActivationDescriptor = symbols.address("cudnnDestroyActivationDescriptor");
    cudnnFindConvolutionForwardAlgorithmEx =
        symbols.address("cudnnFindConvolutionForwardAlgorithmEx");
    cudnnConvolutionBiasActivationForward =
        symbols.address("cudnnConvolutionBiasActivationForward");
    cudnnTransformTensor = symbols.address("cudnnTransformTensor");
    symbols.check();
  }

  @Signature("cudnnStatus_t cudnnCreate(cudnnHandle_t *handle)")
  int cudnnCreate(MemorySegment handle) {
    return Downcalls.call(cudnnCreate, handle);
  }

  @Signature("cudnnStatus_t cudnnDestroy(cudnnHandle_t handle)")
  int cudnnDestroy(MemorySegment handle) {
    return Downcalls.call(cudnnDestroy, handle);
  }

  @Signature("cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t streamId)")
  int cudnnSetStream(MemorySegment handle, MemorySegment streamId) {
    return Downcalls.call(cudnnSetStream, handle, streamId);
  }

  @Signature("size_t cudnnGetVersion(void)")
  long cudnnGetVersion() {
    return LibraryCalls.size(cudnnGetVersion);
  }

  @Signature("const char * cudnnGetErrorString(cudnnStatus_t status)")
  MemorySegment cudnnGetErrorString(int status) {
    return Downcalls.address(cudnnGetErrorString, status);
  }

  @Signature("cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t *tensorDesc)")
  int cudnnCreateTensorDescriptor(MemorySegment tensorDesc) {
    return Downcalls.call(cudnnCreateTensorDescriptor, tensorDesc);
  }

  @Signature(
      "cudnnStatus_t cudnnSetTensor4dDescriptorEx(cudnnTensorDescriptor_t tensorDesc, cudnnDataType_t dataType, int n, int c, int h, int w, int nStride, int cStride, int hStride, int wStride)")
  int cudnnSetTensor4dDescriptorEx(
      MemorySegment tensorDesc,
      int dataType,
      int n,
      int c,
      int h,
      int w,
      int nStride,
      int cStride,
      int hStride,
      int wStride) {
    return LibraryCalls.call(
        cudnnSetTensor4dDescriptorEx,
        tensorDesc,
        dataType,
        n,
        c,
        h,
        w,
        nStride,
        cStride,
        hStride,
        wStride);
  }

  @Signature("cudnnStatus_t cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t tensorDesc)")
  int cudnnDestroyTensorDescriptor(MemorySegment tensorDesc) {
    return Downcalls.call(cudnnDestroyTensorDescriptor, tensorDesc);
  }

  @Signature("cudnnStatus_t cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t *filterDesc)")
  int cudnnCreateFilterDescriptor(MemorySegment filterDesc) {
    return Downcalls.call(cudnnCreateFilterDescriptor, filterDesc);
  }

  @Signature(
      "cudnnStatus_t cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t filterDesc, cudnnDataType_t dataType, cudnnTensorFormat_t format, int k, int c, int h, int w)")
  int cudnnSetFilter4dDescriptor(
      MemorySegment filterDesc, int dataType, int format, int k, int c, int h, int w) {
    return LibraryCalls.call(cudnnSetFilter4dDescriptor, filterDesc, dataType, format, k, c, h, w);
  }

  @Signature("cudnnStatus_t cudnnDestroyFilterDescriptor(cudnnFilterDescriptor_t filterDesc)")
  int cudnnDestroyFilterDescriptor(MemorySegment filterDesc) {
    return Downcalls.call(cudnnDestroyFilterDescriptor, filterDesc);
  }

  @Signature(
      "cudnnStatus_t cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t *convDesc)")
  int cudnnCreateConvolutionDescriptor(MemorySegment convDesc) {
    return Downcalls.call(cudnnCreateConvolutionDescriptor, convDesc);
  }

  @Signature(
      "cudnnStatus_t cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t convDesc, int pad_h, int pad_w, int u, int v, int dilation_h, int dilation_w, cudnnConvolutionMode_t mode, cudnnDataType_t computeType)")
  int cudnnSetConvolution2dDescriptor(
      MemorySegment convDesc,
      int pad_h,
      int pad_w,
      int u,
      int v,
      int dilation_h,
      int dilation_w,
      int mode,
      int computeType) {
    return LibraryCalls.call(
        cudnnSetConvolution2dDescriptor,
        convDesc,
        pad_h,
        pad_w,
        u,
        v,
        dilation_h,
        dilation_w,
        mode,
        computeType);
  }

  @Signature(
      "cudnnStatus_t cudnnSetConvolutionGroupCount(cudnnConvolutionDescriptor_t convDesc, int groupCount)")
  int cudnnSetConvolutionGroupCount(MemorySegment convDesc, int groupCount) {
    return Downcalls.call(cudnnSetConvolutionGroupCount, convDesc, groupCount);
  }

  @Signature(
      "cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t convDesc, cudnnMathType_t mathType)")
  int cudnnSetConvolutionMathType(MemorySegment convDesc, int mathType) {
    return Downcalls.call(cudnnSetConvolutionMathType, convDesc, mathType);
  }

  @Signature(
      "cudnnStatus_t cudnnDestroyConvolutionDescriptor(cudnnConvolutionDescriptor_t convDesc)")
  int cudnnDestroyConvolutionDescriptor(MemorySegment convDesc) {
    return Downcalls.call(cudnnDestroyConvolutionDescriptor, convDesc);
  }

  @Signature(
      "cudnnStatus_t cudnnCreateActivationDescriptor(cudnnActivationDescriptor_t *activationDesc)")
  int cudnnCreateActivationDescriptor(MemorySegment activationDesc) {
    return Downcalls.call(cudnnCreateActivationDescriptor, activationDesc);
  }

  @Signature(
      "cudnnStatus_t cudnnSetActivationDescriptor(cudnnActivationDescriptor_t activationDesc, cudnnActivationMode_t mode, cudnnNanPropagation_t reluNanOpt, double coef)")
  int cudnnSetActivationDescriptor(
      MemorySegment activationDesc, int mode, int reluNanOpt, double coef) {
    return LibraryCalls.call(cudnnSetActivationDescriptor, activationDesc, mode, reluNanOpt, coef);
  }

  @Signature(
      "cudnnStatus_t cudnnDestroyActivationDescriptor(cudnnActivationDescriptor_t activationDesc)")
  int cudnnDestroyActivationDescriptor(MemorySegment activationDesc) {
    return Downcalls.call(cudnnDestroyActivationDescriptor, activationDesc);
  }

  @Signature(
      "cudnnStatus_t cudnnFindConvolutionForwardAlgorithmEx(cudnnHandle_t handle, const cudnnTensorDescriptor_t xDesc, const void *x, const cudnnFilterDescriptor_t wDesc, const void *w, const cudnnConvolutionDescriptor_t convDesc, const cudnnTensorDescriptor_t yDesc, void *y, const int requestedAlgoCount, int *returnedAlgoCount, cudnnConvolutionFwdAlgoPerf_t *perfResults, void *workSpace, size_t workSpaceSizeInBytes)")
  int cudnnFindConvolutionForwardAlgorithmEx(
      MemorySegment handle,
      MemorySegment xDesc,
      MemorySegment x,
      MemorySegment wDesc,
      MemorySegment w,
      MemorySegment convDesc,
      MemorySegment yDesc,
      MemorySegment y,
      int requestedAlgoCount,
      MemorySegment returnedAlgoCount,
      MemorySegment perfResults,
      MemorySegment workSpace,
      long workSpaceSizeInBytes) {
    return LibraryCalls.call(
        cudnnFindConvolutionForwardAlgorithmEx,
        handle,
        xDesc,
        x,
        wDesc,
        w,
        convDesc,
        yDesc,
        y,
        requestedAlgoCount,
        returnedAlgoCount,
        perfResults,
        workSpace,
        workSpaceSizeInBytes);
  }

  @Signature(
      "cudnnStatus_t cudnnConvolutionBiasActivationForward(cudnnHandle_t handle, const void *alpha1, const cudnnTensorDescriptor_t xDesc, const void *x, const cudnnFilterDescriptor_t wDesc, const void *w, const cudnnConvolutionDescriptor_t convDesc, cudnnConvolutionFwdAlgo_t algo, void *workSpace, size_t workSpaceSizeInBytes, const void *alpha2, const cudnnTensorDescriptor_t zDesc, const void *z, const cudnnTensorDescriptor_t biasDesc, const void *bias, const cudnnActivationDescriptor_t activationDesc, const cudnnTensorDescriptor_t yDesc, void *y)")
  int cudnnConvolutionBiasActivationForward(
      MemorySegment handle,
      MemorySegment alpha1,
      MemorySegment xDesc,
      MemorySegment x,
      MemorySegment wDesc,
      MemorySegment w,
      MemorySegment convDesc,
      int algo,
      MemorySegment workSpace,
      long workSpaceSizeInBytes,
      MemorySegment alpha2,
      MemorySegment zDesc,
      MemorySegment z,
      MemorySegment biasDesc,
      MemorySegment bias,
      MemorySegment activationDesc,
      MemorySegment yDesc,
      MemorySegment y) {
    return LibraryCalls.call(
        cudnnConvolutionBiasActivationForward,
        handle,
        alpha1,
        xDesc,
        x,
        wDesc,
        w,
        convDesc,
        algo,
        workSpace,
        workSpaceSizeInBytes,
        alpha2,
        zDesc,
        z,
        biasDesc,
        bias,
        activationDesc,
        yDesc,
        y);
  }

  @Signature(
      "cudnnStatus_t cudnnTransformTensor(cudnnHandle_t handle, const void *alpha, const cudnnTensorDescriptor_t xDesc, const void *x, const void *beta, const cudnnTensorDescriptor_t yDesc, void *y)")
  int cudnnTransformTensor(
      MemorySegment handle,
      MemorySegment alpha,
      MemorySegment xDesc,
      MemorySegment x,
      MemorySegment beta,
      MemorySegment yDesc,
      MemorySegment y) {
    return LibraryCalls.call(cudnnTransformTensor, handle, alpha, xDesc, x, beta, yDesc, y);
  }

  /**
   * Throws unless a call succeeded.
   *
   * @param call what was called, for the message
   * @throws BackendException with the status in words
   */
  void check(int result, String call) {
    if (result != CUDNN_STATUS_SUCCESS) {
      throw new BackendException(call + " returned " + word(result));
    }
  }

  /** Returns a status as its name and number. */
  String word(int result) {
    return Downcalls.text(cudnnGetErrorString(result)) + " (" + result + ")";
  }
}
