package dev.shiftwise.backend.cuda;

import static dev.shiftwise.backend.cuda.CudaConstants.*;

/** What to do about a status of CUDA's driver. */
final class CudaErrors {
  private CudaErrors() {}

  /** Returns one line, or an empty one where nothing helps but reading the status. */
  static String remedy(int result) {
    if (isSticky(result)) {
      return "nothing runs on this device in this process any more; close every session and the"
          + " backend, and start the process anew";
    }
    return switch (result) {
      case CUDA_ERROR_OUT_OF_MEMORY ->
          "use a smaller batch, or close what else uses the device (nvidia-smi lists it)";
      case CUDA_ERROR_NOT_INITIALIZED, CUDA_ERROR_DEINITIALIZED, CUDA_ERROR_CONTEXT_IS_DESTROYED ->
          "CUDA was shut down or its context destroyed, by other code of this process or at the end"
              + " of the JVM";
      case CUDA_ERROR_STUB_LIBRARY ->
          "the library found is the toolkit's stub for linking; take its folder off the search path";
      case CUDA_ERROR_NO_DEVICE ->
          "see with nvidia-smi that the driver shows a device to this user in this container; look at"
              + " CUDA_VISIBLE_DEVICES";
      case CUDA_ERROR_DEVICE_UNAVAILABLE ->
          "another process has the device for itself; see nvidia-smi";
      case CUDA_ERROR_INVALID_IMAGE, CUDA_ERROR_NO_BINARY_FOR_GPU ->
          "the compiled kernels are not for this device; empty the kernel cache";
      case CUDA_ERROR_UNSUPPORTED_PTX_VERSION -> "update the driver";
      case CUDA_ERROR_SYSTEM_DRIVER_MISMATCH ->
          "the driver's library and its kernel module are of different versions; restart the machine"
              + " after an update of the driver";
      case CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE ->
          "take CUDA's folder compat off LD_LIBRARY_PATH: this device does not allow it";
      case CUDA_ERROR_SYSTEM_NOT_READY ->
          "a service of the driver does not run, often nvidia-fabricmanager";
      case CUDA_ERROR_OPERATING_SYSTEM ->
          "look into the system's log and at the permissions of /dev/nvidia*";
      case CUDA_ERROR_UNKNOWN ->
          "often the driver's kernel module is not loaded, or the machine was suspended; see"
              + " nvidia-smi";
      default -> "";
    };
  }

  /** Returns whether every later call in the same context fails alike. */
  static boolean isSticky(int result) {
    return switch (result) {
      case CUDA_ERROR_ECC_UNCORRECTABLE,
          CUDA_ERROR_ILLEGAL_ADDRESS,
          CUDA_ERROR_LAUNCH_TIMEOUT,
          CUDA_ERROR_ASSERT,
          CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUDA_ERROR_MISALIGNED_ADDRESS,
          CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUDA_ERROR_INVALID_PC,
          CUDA_ERROR_LAUNCH_FAILED ->
          true;
      default -> false;
    };
  }
}
