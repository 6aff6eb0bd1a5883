/**
 * The CUDA backend, through the Foreign Function and Memory API. No native code of ours, and no
 * class that needs CUDA.
 *
 * <p>From the outside in:
 *
 * <ol>
 *   <li>{@code CudaProvider} asks {@code Probing}, which loads the driver and NVRTC from where
 *       {@code LibrarySearch} finds them and lists {@code CudaDevice}s, and opens {@code
 *       CudaBackend} on one of them. That holds the {@code DeviceContext} with its {@code
 *       CudaModule}s, which {@code ModuleCompiler} makes of {@code KernelSource}s.
 *   <li>{@code CudaProgram} is a loaded plan: a {@code CudaStream}, {@code DeviceMemory} with the
 *       slab, the {@code Launch} (a {@code KernelLaunch}) that {@code StepCompiler} made of each
 *       step, and {@code Graphs} of them. A class for each family of kernels ({@code
 *       PointwiseKernel}, {@code ConvolutionKernel}, ...) packs weights, fills the kernel's struct
 *       with a {@code LaunchBuilder} and says how the work is cut, of which {@code Tiles} are the
 *       choice. The kernels stand in {@code .cu} files, {@code common.cuh} first.
 *   <li>{@code Crossings} brings inputs and outputs across: through a {@code HostWindow}, or by a
 *       {@code DirectCopy} from {@code GivenMemory}; {@code PinnedMemory} is what both are made of.
 *   <li>{@code LibraryBaseline}s put cuDNN or cuBLAS in place of kernels, for comparisons: a {@code
 *       Library} is asked for each step's {@code Launch} first.
 *   <li>{@code Resources} releases it all, last taken first.
 * </ol>
 *
 * <p>At the bottom: {@code NativeLibrary} is a library as the system's loader gave it, {@code
 * CudaDriver} and {@code Nvrtc} have a method for each C function that is used, {@code Downcalls}
 * has the way into C for each shape of function.
 */
@NullMarked
package dev.shiftwise.backend.cuda;

import org.jspecify.annotations.NullMarked;
