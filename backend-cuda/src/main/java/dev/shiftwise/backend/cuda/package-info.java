/**
 * The CUDA backend, through the Foreign Function and Memory API. No native code of ours, and no
 * class that needs CUDA.
 *
 * <p>At the bottom: {@code NativeLibrary} is a library as the system's loader gave it, {@code
 * CudaDriver} and {@code Nvrtc} have a method for each C function that is used, {@code Downcalls}
 * has the way into C for each shape of function.
 */
@NullMarked
package dev.shiftwise.backend.cuda;

import org.jspecify.annotations.NullMarked;
