package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Resize;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What is done with the pixels of planes: functions of two maps, activations, averages, other
 * sizes.
 */
final class PlaneKernels {
  private static final int THREADS = 256;
  private static final int WARP = 32;

  /** From here on a plane is a block's work. */
  private static final int LARGE = 2048;

  private final DeviceMemory memory;
  private final Arena arena;

  PlaneKernels(DeviceMemory memory, Arena arena) {
    this.memory = memory;
    this.arena = arena;
  }

  /** Returns the launch of a function of two maps. */
  Launch arithmetic(Arithmetic arithmetic, Step step) {
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.PIXELS, Layouts.ARITHMETIC, step)
            .target("y")
            .activation("activation", arithmetic.activation())
            .value("function", number(arithmetic.function()));
    operand(launch, "first", step.sources().getFirst(), step);
    operand(launch, "second", step.sources().get(1), step);
    return quads(launch, arithmetic.function().isComparison() ? "compares" : "joins", step);
  }

  /** As {@code pixels.cu} counts them. */
  private static int number(Arithmetic.Function function) {
    return switch (function) {
      case ADD -> 0;
      case SUBTRACT -> 1;
      case MULTIPLY -> 2;
      case DIVIDE -> 3;
      case LESS -> 4;
      case LESS_OR_EQUAL -> 5;
      case EQUAL -> 6;
      case MASK -> 7;
    };
  }

  private static void operand(LaunchBuilder launch, String field, Source read, Step step) {
    Shape shape = read.map().shape();
    launch
        .source(
            field + ".map",
            read,
            channel -> read.flat(shape.channels() == 1 ? 0 : channel),
            step.destination().shape().channels())
        .value(field + ".down", shape.height() == 1 ? 0 : shape.width())
        .value(field + ".right", shape.width() == 1 ? 0 : 1);
  }

  /** Returns the launch of an activation. */
  Launch activate(Activate activate, Step step) {
    return quads(
        begin(KernelSource.PIXELS, step).activation("activation", activate.activation()),
        "activates",
        step);
  }

  /** Returns the launch of a bilinear resize. */
  Launch resize(Resize resize, Step step) {
    int width = step.sources().getFirst().map().shape().width();
    LaunchBuilder launch = begin(KernelSource.RESIZE, step);
    try (Arena table = Arena.ofConfined()) {
      launch
          .table("rows", blends(table, resize.rows(), width))
          .table("columns", blends(table, resize.columns(), 1));
    }
    return quads(launch, "resizes", step);
  }

  private static MemorySegment blends(Arena arena, Resize.Axis axis, int pitch) {
    MemorySegment table = arena.allocate(Layouts.BLEND, axis.size());
    long size = Layouts.BLEND.byteSize();
    for (int i = 0; i < axis.size(); i++) {
      table.set(JAVA_INT, i * size, axis.first(i) * pitch);
      table.set(JAVA_INT, i * size + Integer.BYTES, axis.second(i) * pitch);
      table.set(JAVA_FLOAT, i * size + 2 * Integer.BYTES, axis.fraction(i));
    }
    return table;
  }

  private static Launch quads(LaunchBuilder launch, String kernel, Step step) {
    return launch.over(
        "images",
        images ->
            launch.cut(
                kernel, Math.ceilDiv(Quads.of(step.destination(), images), THREADS), THREADS));
  }

  /** Returns the launch of the average of each plane. */
  Launch globalAverage(Step step) {
    int plane = plane(step);
    long channels = step.destination().shape().channels();
    LaunchBuilder launch = begin(KernelSource.AVERAGE, step).value("plane", plane);
    return launch.over(
        "images",
        images ->
            plane < LARGE
                ? launch.cut(
                    "averages_small", Math.ceilDiv(channels * images, THREADS / WARP), THREADS)
                : launch.cut("averages_large", channels * images, THREADS));
  }

  /** Returns the launch of a softmax over the channels of each pixel. */
  Launch softmax(Step step) {
    int plane = plane(step);
    // Threads beside each other have neighbouring pixels; where there are fewer, they share
    // channels.
    int side = Integer.highestOneBit(2 * Math.min(plane, WARP) - 1);
    LaunchBuilder launch =
        begin(KernelSource.SOFTMAX, step).value("plane", plane).value("side", side);
    return launch.over(
        "images",
        images -> launch.cut("softmax", Math.ceilDiv((long) plane * images, side), THREADS));
  }

  private static int plane(Step step) {
    Source in = step.sources().getFirst();
    return Math.toIntExact(in.map().shape().plane());
  }

  private LaunchBuilder begin(KernelSource source, Step step) {
    return new LaunchBuilder(memory, arena, source, layout(source), step)
        .source("x", step.sources().getFirst())
        .target("y");
  }

  private static StructLayout layout(KernelSource source) {
    return switch (source) {
      case PIXELS -> Layouts.PIXELS;
      case AVERAGE -> Layouts.PLANE_AVERAGE;
      case SOFTMAX -> Layouts.SOFTMAX;
      case RESIZE -> Layouts.RESIZE;
      case POINTWISE, CONVOLUTION, SLIDING, COPY, DENSE, REARRANGE, EPILOGUE ->
          throw new IllegalArgumentException(source + " is of another family");
    };
  }
}
