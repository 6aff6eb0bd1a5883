package dev.shiftwise.backend.opencl;

import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.PackedFilter;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.view.Displacement;
import java.util.ArrayList;
import java.util.List;

/** The fused operator with stride 1, {@code pointwise.cl}: everything in one launch. */
final class PointwiseKernel {
  private final DeviceMemory memory;
  private final Tuning tuning;

  PointwiseKernel(DeviceMemory memory, Tuning tuning) {
    this.memory = memory;
    this.tuning = tuning;
  }

  /** Returns the launch of a step, which also fills its guards. */
  Launch launch(PointwiseConvolution convolution, Step step) {
    int plane = Math.toIntExact(step.destination().shape().plane());
    return launch(convolution, step, tuning.tiling(plane));
  }

  private Launch launch(PointwiseConvolution convolution, Step step, Tiling tiling) {
    Source in = step.sources().getFirst();
    Placement to = step.destination();
    Guards guards = step.guards();
    boolean residual = step.sources().size() > 1;
    boolean dead = guards.gap() > 0;
    int plane = Math.toIntExact(to.shape().plane());
    int groups = convolution.groups();
    PackedFilter filter = PackedFilter.of(convolution.filter(), groups, tiling.outputs());
    int blocks = filter.blocks() * groups;
    int chunk = chunk(tiling, plane, filter.inputs());
    KernelSource source =
        tiling
            .constants(KernelSource.of("pointwise").activation(convolution.activation()))
            .when(residual, "RESIDUAL")
            .when(dead, "DEAD_BORDERS");
    LaunchBuilder launch =
        memory
            .kernel(source)
            .source(in)
            .rows(in)
            .floats(filter.weights())
            .floats(filter.bias())
            .target(to)
            .value(plane)
            .value(filter.inputs())
            .value(filter.outputs())
            .value(filter.blocks())
            .value(chunk)
            .value(reach(guards, false))
            .value(reach(guards, true))
            .activation(convolution.activation());
    if (residual) {
      // Read unshifted, so its planes have one pitch; but it may be a window of its value.
      launch.window(step.sources().get(1));
    }
    if (dead) {
      DeadPlanes planes = DeadPlanes.of(to, guards);
      launch.ints(planes.masks()).ints(planes.maskOfChannel()).value(Math.toIntExact(guards.gap()));
    }
    return launch.over(Math.ceilDiv(plane, chunk), tiling.lanes(), blocks);
  }

  /** Returns how many elements are copied in front of the ring, or behind it. */
  private static int reach(Guards guards, boolean behind) {
    return guards.ringCopies().stream()
        .filter(copy -> copy.to() > copy.from() == behind)
        .mapToInt(copy -> Math.toIntExact(copy.count()))
        .sum();
  }

  /**
   * Returns how many pixels of the plane a work-group goes through: enough work to be worth
   * starting it, in equal parts.
   */
  private int chunk(Tiling tiling, int plane, int inputs) {
    int tiles = Math.ceilDiv(plane, tiling.pixels());
    long work = (long) plane * tiling.outputs() * inputs;
    int chunks = Math.clamp(work / tuning.smallestGroup(), 1, tiles);
    return Math.ceilDiv(tiles, chunks) * tiling.pixels();
  }

  /**
   * The planes whose borders a ZERO shift's reader never needs, as masks.
   *
   * @param masks a plane of ones or zeros in every bit for each displacement
   * @param maskOfChannel which of them a channel has
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed to the device at once and then forgotten.
  private record DeadPlanes(int[] masks, int[] maskOfChannel) {

    static DeadPlanes of(Placement value, Guards guards) {
      int height = value.shape().height();
      int width = value.shape().width();
      int plane = height * width;
      List<Displacement> kinds = new ArrayList<>(List.of(new Displacement(0, 0)));
      int[] maskOfChannel = new int[value.shape().channels()];
      for (Guards.DeadBorder border : guards.deadBorders()) {
        int kind = kinds.indexOf(border.by());
        if (kind < 0) {
          kind = kinds.size();
          kinds.add(border.by());
        }
        for (int c = 0; c < border.planes(); c++) {
          maskOfChannel[border.firstPlane() + c] = kind;
        }
      }
      int[] masks = new int[Math.multiplyExact(kinds.size(), plane)];
      for (int kind = 0; kind < kinds.size(); kind++) {
        Displacement by = kinds.get(kind);
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            boolean alive = isRead(y, by.dy(), height) && isRead(x, by.dx(), width);
            masks[kind * plane + y * width + x] = alive ? -1 : 0;
          }
        }
      }
      return new DeadPlanes(masks, maskOfChannel);
    }

    /** A reader at {@code by} never needs the first {@code by} places, or the last. */
    private static boolean isRead(int at, int by, int size) {
      return by > 0 ? at >= by : at < size + by;
    }
  }
}
