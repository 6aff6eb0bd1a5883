package dev.shiftwise.backend.cuda;

import org.jspecify.annotations.Nullable;

/**
 * A device that can be used.
 *
 * @param driver the driver's functions
 * @param handle the device as the driver numbers it, a {@code CUdevice}
 * @param facts what it says of itself
 * @param compiler an NVRTC that compiles for it; null where it runs kernels compiled ahead
 */
record CudaDevice(CudaDriver driver, int handle, Facts facts, @Nullable Compiler compiler) {

  /**
   * What a device says of itself.
   *
   * @param identity its UUID, as {@code nvidia-smi -L} prints it
   * @param name vendor and model
   * @param capability compute capability, as 90 for 9.0
   * @param memory bytes
   * @param driverVersion what the driver implements, as 13000 for CUDA 13.0
   * @param multiprocessors how many there are
   * @param secondCache bytes of its second-level cache
   * @param pci address on the PCI bus
   */
  record Facts(
      String identity,
      String name,
      int capability,
      long memory,
      int driverVersion,
      int multiprocessors,
      long secondCache,
      String pci) {

    /** Returns the compute capability as NVIDIA writes it. */
    String capabilityInWords() {
      return capability / 10 + "." + capability % 10;
    }
  }
}
