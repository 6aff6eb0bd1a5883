package dev.shiftwise.backend.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.network.Activation;
import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.view.Displacement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;

/**
 * Fills a kernel's struct, by the names of its fields: {@code sums.y.base} is the field {@code
 * base} of {@code y} of {@code sums}. What is not set is 0.
 */
final class LaunchBuilder {
  private final DeviceMemory memory;
  private final KernelSource source;
  private final Arena arena;
  private final Step step;
  private final StructLayout layout;
  private final MemorySegment struct;

  /**
   * Begins a launch.
   *
   * @param arena where the struct lives, as long as the program
   * @param layout one of {@link Layouts}
   */
  LaunchBuilder(
      DeviceMemory memory, Arena arena, KernelSource source, StructLayout layout, Step step) {
    this.memory = memory;
    this.source = source;
    this.arena = arena;
    this.step = step;
    this.layout = layout;
    this.struct = arena.allocate(layout);
  }

  /** {@code Source}: a map that is read through rows. */
  LaunchBuilder source(String field, Source read) {
    return source(field, read, read::flat, read.map().shape().channels());
  }

  /**
   * {@code Source} with rows of one's own.
   *
   * @param rows the element of the slab where each row starts
   */
  LaunchBuilder source(String field, Source read, IntToLongFunction rows, int count) {
    long[] table = new long[count];
    Arrays.setAll(table, row -> rows.applyAsLong(row) - read.placement().offset());
    return map(field + ".", read).pointer(field + ".rows", memory.upload(table));
  }

  /** {@code base} and {@code image} of a map that is read. */
  LaunchBuilder map(String prefix, Source read) {
    return pointer(prefix + "base", memory.address(read.placement()))
        .longs(prefix + "image", read.placement().imagePitch());
  }

  /** {@code Target}: where the step's result goes, with its guards. */
  LaunchBuilder target(String field) {
    Placement to = step.destination();
    Guards guards = step.guards();
    pointer(field + ".base", memory.address(to))
        .longs(field + ".image", to.imagePitch())
        .longs(field + ".pitch", to.planePitch())
        .value(field + ".channels", to.shape().channels())
        .value(field + ".height", to.shape().height())
        .value(field + ".width", to.shape().width())
        .value(field + ".before", reach(guards, false))
        .value(field + ".behind", reach(guards, true))
        .value(field + ".gap", Math.toIntExact(guards.gap()));
    return guards.deadBorders().isEmpty()
        ? this
        : pointer(field + ".alive", memory.upload(alive(to, guards)));
  }

  /** Returns how many elements are copied in front of the ring, or behind it. */
  private static int reach(Guards guards, boolean behind) {
    return guards.ringCopies().stream()
        .filter(copy -> copy.to() > copy.from() == behind)
        .mapToInt(copy -> Math.toIntExact(copy.count()))
        .sum();
  }

  /** Returns for each channel which rows and columns are read as themselves: from, until. */
  static int[] alive(Placement to, Guards guards) {
    int height = to.shape().height();
    int width = to.shape().width();
    int[] alive = new int[Math.multiplyExact(4, to.shape().channels())];
    for (int c = 0; c < to.shape().channels(); c++) {
      put(alive, c, 0, height, 0, width);
    }
    for (Guards.DeadBorder dead : guards.deadBorders()) {
      Displacement by = dead.by();
      for (int c = dead.firstPlane(); c < dead.firstPlane() + dead.planes(); c++) {
        // Read at `by`, the first rows are never read for a positive one, the last for a negative.
        put(
            alive,
            c,
            Math.max(0, by.dy()),
            Math.min(height, height + by.dy()),
            Math.max(0, by.dx()),
            Math.min(width, width + by.dx()));
      }
    }
    return alive;
  }

  private static void put(
      int[] alive, int channel, int firstRow, int endRow, int firstColumn, int endColumn) {
    alive[4 * channel] = firstRow;
    alive[4 * channel + 1] = endRow;
    alive[4 * channel + 2] = firstColumn;
    alive[4 * channel + 3] = endColumn;
  }

  /** {@code const float *}: weights. */
  LaunchBuilder floats(String field, float[] values) {
    return pointer(field, memory.upload(values));
  }

  /** A table of structs. */
  LaunchBuilder table(String field, MemorySegment values) {
    return pointer(field, memory.upload(values));
  }

  /** {@code Activation}: its kind, as {@code common.cuh} counts them, and its numbers. */
  LaunchBuilder activation(String field, Activation activation) {
    return switch (activation) {
      case Activation.Clip(float low, float high) -> activation(field, 0, low, high);
      case Activation.LeakyRelu(float slope) -> activation(field, 1, slope, 0);
      case Activation.Sigmoid _ -> activation(field, 2, 0, 0);
      case Activation.HardSigmoid(float alpha, float beta) -> activation(field, 3, alpha, beta);
      case Activation.HardSwish _ -> activation(field, 4, 0, 0);
      case Activation.SquareRoot _ -> activation(field, 5, 0, 0);
      case Activation.Logarithm _ -> activation(field, 6, 0, 0);
      case Activation.ErrorFunction _ -> activation(field, 7, 0, 0);
      case Activation.Gelu _ -> activation(field, 8, 0, 0);
    };
  }

  private LaunchBuilder activation(String field, int kind, float a, float b) {
    return value(field + ".kind", kind).value(field + ".a", a).value(field + ".b", b);
  }

  /** {@code float}; its bits arrive as they are. */
  LaunchBuilder value(String field, float value) {
    struct.set(JAVA_FLOAT, offset(field), value);
    return this;
  }

  /** {@code int}. */
  LaunchBuilder value(String field, int value) {
    struct.set(JAVA_INT, offset(field), value);
    return this;
  }

  /** {@code long long}. */
  LaunchBuilder longs(String field, long value) {
    struct.set(JAVA_LONG, offset(field), value);
    return this;
  }

  /** A pointer of the device. */
  LaunchBuilder pointer(String field, long address) {
    return longs(field, address);
  }

  private long offset(String field) {
    return layout.byteOffset(
        Arrays.stream(field.split("\\.", -1))
            .map(PathElement::groupElement)
            .toArray(PathElement[]::new));
  }

  /**
   * Returns one way to cut the work.
   *
   * @param kernel the kernel's name
   * @param blocks blocks of threads
   * @throws BackendException if the device cannot count them
   */
  KernelLaunch.Cut cut(String kernel, long blocks, int threads) {
    if (blocks > Integer.MAX_VALUE) {
      throw new BackendException(
          "step '"
              + step.node().name()
              + "' takes "
              + blocks
              + " blocks of threads, wanted below 2^31: compile for a smaller batch");
    }
    return new KernelLaunch.Cut(
        kernel, memory.context().kernel(source, kernel), (int) blocks, threads);
  }

  /**
   * Returns the launch.
   *
   * @param images the field with the number of images
   * @param cuts how to cut the work for a number of images
   */
  Launch over(String images, IntFunction<KernelLaunch.Cut> cuts) {
    MemorySegment arguments = arena.allocate(ADDRESS);
    arguments.set(ADDRESS, 0, struct);
    return new KernelLaunch(step.node().name(), struct, offset(images), arguments, cuts);
  }
}
