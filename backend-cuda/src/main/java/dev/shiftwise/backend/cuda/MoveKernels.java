package dev.shiftwise.backend.cuda;

import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.NormalMap;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.IntToLongFunction;

/** What moves elements and computes nothing: copies of views, shuffles, gathers. */
final class MoveKernels {
  private static final int THREADS = 256;

  /** A gather's axes, the slowest first. */
  private static final List<String> AXES = List.of("first", "second", "third", "last");

  private final DeviceMemory memory;
  private final Arena arena;

  MoveKernels(DeviceMemory memory, Arena arena) {
    this.memory = memory;
    this.arena = arena;
  }

  /** Returns the launch of a dense copy of any view. */
  Launch copy(Step step) {
    Source from = step.sources().getFirst();
    return from.map() instanceof NormalMap map && map.asWindow().isPresent()
        ? planes(step, from::flat)
        : pieces(step);
  }

  /** Returns the launch of a channel shuffle. */
  Launch shuffle(ChannelShuffle shuffle, Step step) {
    int channels = step.destination().shape().channels();
    Source from = step.sources().getFirst();
    return planes(step, c -> from.flat(shuffle.sourceChannel(c, channels)));
  }

  /** Returns the launch of a gather by tables. */
  Launch rearrange(Rearrange rearrange, Step step) {
    Source from = step.sources().getFirst();
    Placement to = step.destination();
    if (!from.placement().isDense()) {
      // Gaps are for ZERO shifts, which a gather never reads.
      throw new IllegalStateException("step '" + step.node().name() + "' reads planes with gaps");
    }
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.REARRANGE, Layouts.REARRANGE, step)
            .pointer("base", memory.address(from.flat(0)))
            .longs("image", from.placement().imagePitch())
            .target("y")
            .value("fill", rearrange.fill());
    List<Rearrange.Axis> axes = rearrange.withAxes(AXES.size()).axes();
    int missing = AXES.size() - axes.size();
    for (int i = 0; i < AXES.size(); i++) {
      Rearrange.Axis axis = i < missing ? Rearrange.Axis.of(0) : axes.get(i - missing);
      launch
          .pointer(AXES.get(i) + ".offsets", memory.upload(axis.offsets()))
          .value(AXES.get(i) + ".size", axis.size());
    }
    return launch.over(
        "images",
        images -> launch.cut("rearranges", Math.ceilDiv(Quads.of(to, images), THREADS), THREADS));
  }

  /** Moves whole planes. */
  private Launch planes(Step step, IntToLongFunction rows) {
    Placement to = step.destination();
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.PIXELS, Layouts.PIXELS, step)
            .source("x", step.sources().getFirst(), rows, to.shape().channels())
            .target("y");
    return launch.over(
        "images",
        images -> launch.cut("moves", Math.ceilDiv(Quads.of(to, images), THREADS), THREADS));
  }

  private Launch pieces(Step step) {
    Source from = step.sources().getFirst();
    long first = from.placement().offset();
    Pieces pieces = new Pieces(step.destination().shape().plane());
    from.forEachPiece(
        (at, element, length) -> {
          if (element == AddressMap.NOWHERE) {
            pieces.zero(at, length);
          } else {
            pieces.move(at, element - first, length);
          }
        });
    int team = pieces.team();
    LaunchBuilder launch =
        new LaunchBuilder(memory, arena, KernelSource.COPY, Layouts.COPY, step)
            .map("", from)
            .target("y")
            .value("count", pieces.count())
            .value("team", team);
    try (Arena table = Arena.ofConfined()) {
      launch.table("pieces", pieces.table(table));
    }
    long blocks = Math.ceilDiv(pieces.count(), THREADS / team);
    return launch.over("images", images -> launch.cut("copies", blocks * images, THREADS));
  }
}
