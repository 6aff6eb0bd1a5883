/**
 * The CPU backend on the JDK Vector API.
 *
 * <p>From the outside in:
 *
 * <ol>
 *   <li>{@code CpuVectorProvider} asks {@code Gates} before any class that uses vectors is loaded,
 *       and opens {@code CpuVectorBackend}.
 *   <li>{@code StepCompiler} turns each step of the memory plan into {@code Task}s and packs the
 *       weights; {@code CpuProgram} runs them over a slab with a {@code WorkerPool}. However a task
 *       is cut into parts, each output is the same sum in the same order, so results do not depend
 *       on the number of threads.
 *   <li>{@code PointwiseTask} is the fused operator: {@code PixelGrid} cuts the plane, {@code
 *       Tiles} lays register tiles over pixels and blocks of outputs, and a {@code PixelSource}
 *       says where they read: in the slab, or in a copy close together where that pays. Strides and
 *       larger kernels are the same operator with an input channel for each tap, which {@code
 *       PackedTaps} or {@code LaidOutTaps} make with {@code TapColumns}. {@code SlidingTask} does
 *       depthwise convolution and pooling with {@code WindowTiles}; {@code ArithmeticTask}, {@code
 *       RearrangeTask}, {@code ResizeTask}, {@code PlaneTask}, {@code CopyTask} and {@code
 *       SoftmaxTask} the rest; {@code ActivationPass} what is more than two bounds.
 *   <li>{@code TileCompiler} makes the tiles as small hidden classes; {@code PixelTileCode}, {@code
 *       OutputTileCode}, {@code WindowTileCode} and {@code RowsTileCode} show what is in them.
 *       {@code Warmup} calls a program's {@code ProgramTiles} until the JVM has compiled them.
 *       {@code VectorPlaneKernels}, {@code VectorActivationKernels} and {@code
 *       VectorComparisonKernels} hold all other vector loops, copied for the machine's vector width
 *       by {@code Specialization}.
 * </ol>
 *
 * <p>A shift never reaches a kernel: a task has, for every input channel, the address its pixel 0
 * is read from, and {@code GuardTask} has stored around a value what such flat reads run into.
 *
 * <p>All kernels work on raw addresses of memory that the program owns (see {@code NativeMemory});
 * a caller's memory is only ever copied, by checked access, in {@code InputStage} and {@code
 * OutputFetch}.
 */
@NullMarked
package dev.shiftwise.backend.cpuvector;

import org.jspecify.annotations.NullMarked;
