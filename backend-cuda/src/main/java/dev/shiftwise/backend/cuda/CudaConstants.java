package dev.shiftwise.backend.cuda;

/** Constants of {@code cuda.h} that this backend uses, by the header's names; a test compares. */
final class CudaConstants {
  static final int CUDA_SUCCESS = 0;
  static final int CUDA_ERROR_INVALID_VALUE = 1;
  static final int CUDA_ERROR_OUT_OF_MEMORY = 2;
  static final int CUDA_ERROR_NOT_INITIALIZED = 3;
  static final int CUDA_ERROR_DEINITIALIZED = 4;
  static final int CUDA_ERROR_STUB_LIBRARY = 34;
  static final int CUDA_ERROR_DEVICE_UNAVAILABLE = 46;
  static final int CUDA_ERROR_NO_DEVICE = 100;
  static final int CUDA_ERROR_INVALID_IMAGE = 200;
  static final int CUDA_ERROR_NO_BINARY_FOR_GPU = 209;
  static final int CUDA_ERROR_ECC_UNCORRECTABLE = 214;
  static final int CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222;
  static final int CUDA_ERROR_OPERATING_SYSTEM = 304;
  static final int CUDA_ERROR_NOT_FOUND = 500;
  static final int CUDA_ERROR_NOT_READY = 600;
  static final int CUDA_ERROR_ILLEGAL_ADDRESS = 700;
  static final int CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701;
  static final int CUDA_ERROR_LAUNCH_TIMEOUT = 702;
  static final int CUDA_ERROR_CONTEXT_IS_DESTROYED = 709;
  static final int CUDA_ERROR_ASSERT = 710;
  static final int CUDA_ERROR_HARDWARE_STACK_ERROR = 714;
  static final int CUDA_ERROR_ILLEGAL_INSTRUCTION = 715;
  static final int CUDA_ERROR_MISALIGNED_ADDRESS = 716;
  static final int CUDA_ERROR_INVALID_ADDRESS_SPACE = 717;
  static final int CUDA_ERROR_INVALID_PC = 718;
  static final int CUDA_ERROR_LAUNCH_FAILED = 719;
  static final int CUDA_ERROR_SYSTEM_NOT_READY = 802;
  static final int CUDA_ERROR_SYSTEM_DRIVER_MISMATCH = 803;
  static final int CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE = 804;
  static final int CUDA_ERROR_UNKNOWN = 999;

  static final int CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16;
  static final int CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE = 38;
  static final int CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75;
  static final int CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76;

  static final int CU_MEMHOSTALLOC_PORTABLE = 1;
  static final int CU_STREAM_NON_BLOCKING = 1;
  static final int CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1;
  static final int CU_EVENT_DEFAULT = 0;

  private CudaConstants() {}
}
