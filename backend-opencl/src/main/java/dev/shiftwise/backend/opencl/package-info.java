/**
 * The OpenCL backend, through JOCL.
 *
 * <p>From the outside in:
 *
 * <ol>
 *   <li>{@code OpenClProvider} asks {@code Probing}, which loads JOCL and lists every platform's
 *       devices as {@code ClDevice}s, and opens {@code OpenClBackend} on one of them. That holds
 *       {@code DeviceContext}s with compiled programs ({@code KernelSource}, {@code
 *       ProgramCompiler}) and the device's {@code Tuning}, which {@code Tuner} measures once.
 *   <li>{@code OpenClProgram} is a loaded plan: a queue, a {@code Slab}, and the {@code Launch}es
 *       that {@code StepCompiler} made of each step. A class for each family of kernels ({@code
 *       PointwiseKernel}, {@code ConvolutionKernel}, ...) chooses constants, packs weights and sets
 *       arguments with a {@code LaunchBuilder}; the kernels stand in {@code .cl} files of the same
 *       names, {@code common.cl} before each.
 *   <li>{@code Crossings} brings inputs and outputs across: through a {@code HostWindow} of the
 *       slab, or in place in {@code GivenMemory} where a {@code DirectMap} allows it. {@code
 *       SharedMemory} is what host and device both have.
 *   <li>{@code Resources} releases it all, last taken first.
 * </ol>
 *
 * <p>Every status of OpenCL is checked by {@code Cl}; JOCL's own exceptions stay off, since they
 * are a switch for the whole process.
 */
@NullMarked
package dev.shiftwise.backend.opencl;

import org.jspecify.annotations.NullMarked;
