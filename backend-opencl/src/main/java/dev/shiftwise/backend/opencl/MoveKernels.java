package dev.shiftwise.backend.opencl;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.network.ChannelShuffle;
import dev.shiftwise.network.Rearrange;
import dev.shiftwise.plan.Guards;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.plan.Step;
import dev.shiftwise.view.AddressMap;
import dev.shiftwise.view.Displacement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What moves elements and computes nothing: copies of views, shuffles, gathers, guards. */
final class MoveKernels {
  private static final int CPU_VECTOR = 16;

  /** Elements of the longest piece, and of a work-group at least. */
  private static final int CPU_PIECE = 4096;

  private static final int GPU_PIECE = 128;
  private static final int GPU_LANES = 64;

  /** Items that move a piece together: with fewer, neighbours would not read neighbours. */
  private static final int GPU_TEAM = 8;

  /** A gather's axes. */
  private static final int AXES = 4;

  /** Elements of an item of a gather. */
  private static final int GPU_ELEMENTS = 4;

  /** What the search for an element and its move are worth. */
  private static final long BYTES_OF_GATHER = 16;

  private static final long MOST_ELEMENTS = 1L << 30;

  private final DeviceMemory memory;
  private final ClDevice.Facts facts;

  MoveKernels(DeviceMemory memory, ClDevice.Facts facts) {
    this.memory = memory;
    this.facts = facts;
  }

  /** Returns the launch of a dense copy of any view. */
  Launch copy(Step step) {
    Source from = step.sources().getFirst();
    Placement to = step.destination();
    Pieces pieces = pieces();
    from.forEachPiece(
        (at, element, length) -> {
          long plane = to.shape().plane();
          for (long done = 0; done < length; ) {
            long j = at + done;
            long part = to.isDense() ? length : Math.min(length - done, plane - j % plane);
            long target = j / plane * to.planePitch() + j % plane;
            if (element == AddressMap.NOWHERE) {
              pieces.zero(target, part);
            } else {
              pieces.move(target, element + done - from.placement().offset(), part);
            }
            done += part;
          }
        });
    return launch(from, to, pieces);
  }

  /** Returns the launch of a channel shuffle. */
  Launch shuffle(ChannelShuffle shuffle, Step step) {
    Source from = step.sources().getFirst();
    Placement to = step.destination();
    int channels = to.shape().channels();
    Pieces pieces = pieces();
    for (int c = 0; c < channels; c++) {
      pieces.move(
          c * to.planePitch(),
          from.flat(shuffle.sourceChannel(c, channels)) - from.placement().offset(),
          to.shape().plane());
    }
    return launch(from, to, pieces);
  }

  /** Returns the launch of a gather by tables. */
  Launch rearrange(Rearrange rearrange, Step step) {
    Source from = step.sources().getFirst();
    Placement to = step.destination();
    int elements = countable(step);
    List<Rearrange.Axis> axes = new ArrayList<>(rearrange.withAxes(AXES).axes());
    while (axes.size() < AXES) {
      axes.addFirst(Rearrange.Axis.of(0));
    }
    boolean cpu = facts.kind() == ClDevice.Kind.CPU;
    int lanes = cpu ? 1 : GPU_LANES;
    int chunk =
        cpu
            ? Math.ceilDiv(elements, Shares.groups(facts, elements * BYTES_OF_GATHER))
            : GPU_LANES * GPU_ELEMENTS;
    LaunchBuilder launch =
        memory
            .kernel(KernelSource.of("rearrange").with("LANES", lanes))
            .window(from)
            .target(to)
            .ints(axes.stream().flatMapToInt(axis -> Arrays.stream(axis.offsets())).toArray());
    axes.forEach(axis -> launch.value(axis.size()));
    return launch
        .value(Math.toIntExact(from.map().shape().plane()))
        .value(Math.toIntExact(to.shape().plane()))
        .value(elements)
        .value(chunk)
        .value(Float.floatToRawIntBits(rearrange.fill()))
        .over(Math.ceilDiv(elements, chunk), lanes, 1);
  }

  /** The kernel counts through an image in 32 bits. */
  private static int countable(Step step) {
    long elements = step.destination().shape().elements();
    if (elements > MOST_ELEMENTS) {
      throw new BackendException(
          "'"
              + step.node().name()
              + "' has "
              + elements
              + " elements, wanted at most 2^30 on OpenCL");
    }
    return (int) elements;
  }

  /**
   * Returns the launch that fills the guards around a value that is complete. A value has the
   * guards of RING readers or those of ZERO readers, so no piece reads what another writes.
   */
  Launch guards(Placement value, Guards guards) {
    Pieces pieces = pieces();
    for (Guards.RingCopy ring : guards.ringCopies()) {
      pieces.move(ring.to() - value.offset(), ring.from() - value.offset(), ring.count());
    }
    for (int c = 0; guards.gap() > 0 && c <= value.shape().channels(); c++) {
      pieces.zero(c * value.planePitch() - guards.gap(), guards.gap());
    }
    for (Guards.DeadBorder dead : guards.deadBorders()) {
      for (int c = dead.firstPlane(); c < dead.firstPlane() + dead.planes(); c++) {
        killBorder(pieces, c * value.planePitch(), value, dead.by());
      }
    }
    return launch(new Source(value, AddressMap.identity(value.shape())), value, pieces);
  }

  /**
   * Zeros what is never read at a displacement, no cell twice: rows, then columns of the others.
   */
  private static void killBorder(Pieces pieces, long plane, Placement value, Displacement by) {
    int height = value.shape().height();
    int width = value.shape().width();
    int columns = Math.abs(by.dx());
    int first = by.dx() > 0 ? 0 : width - columns;
    for (int y = 0; y < height; y++) {
      long row = plane + (long) y * width;
      if (by.dy() > 0 ? y < by.dy() : y >= height + by.dy()) {
        pieces.zero(row, width);
      } else if (columns > 0) {
        pieces.zero(row + first, columns);
      }
    }
  }

  private Pieces pieces() {
    return new Pieces(facts.kind() == ClDevice.Kind.CPU ? CPU_PIECE : GPU_PIECE);
  }

  private Launch launch(Source from, Placement to, Pieces pieces) {
    boolean cpu = facts.kind() == ClDevice.Kind.CPU;
    int lanes = cpu ? 1 : GPU_LANES;
    int team = cpu ? 1 : GPU_TEAM;
    long least =
        cpu
            ? pieces.elements() / Shares.groups(facts, pieces.elements() * 2 * Float.BYTES)
            : (long) GPU_LANES / GPU_TEAM * GPU_PIECE;
    int[] firsts = pieces.firsts(least);
    return memory
        .kernel(
            KernelSource.of("copy")
                .with("VECTOR", cpu ? CPU_VECTOR : 1)
                .with("LANES", lanes)
                .with("TEAM", team))
        .source(from)
        .target(to)
        .rows(pieces.table())
        .ints(firsts)
        .over(firsts.length - 1L, lanes, 1);
  }
}
