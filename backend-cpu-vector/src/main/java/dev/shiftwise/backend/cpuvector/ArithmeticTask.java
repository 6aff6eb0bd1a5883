package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.plan.Placement;
import dev.shiftwise.plan.Source;
import dev.shiftwise.tensor.Shape;

/**
 * Two operands joined element by element, stretch by stretch: a plane at a time where each operand
 * has all of a plane or one element for it, else a row at a time. One element for a whole stretch
 * is made one vector in scratch memory, where the loops read it again and again: from the cache it
 * costs nothing, and needs no loops of its own.
 */
final class ArithmeticTask implements Task {
  private static final int MOST_PARTS = 32;

  private static final long REPEATED_BYTES = (long) VectorWidth.MOST_LANES * Float.BYTES;

  private final PlaneKernels planes;
  private final ArithmeticKernels kernels;
  private final Arithmetic.Function function;
  private final Clamp clamp;
  private final Side a;
  private final Side b;
  private final Place out;
  private final int rowsPerPlane;
  private final int stretch;
  private final int stretches;

  ArithmeticTask(Kernels kernels, Arithmetic operator, Source a, Source b, Placement to) {
    Shape shape = to.shape();
    this.planes = kernels.planes();
    this.kernels = kernels.arithmetic(operator.function());
    this.function = operator.function();
    this.clamp = Clamp.of(operator.activation());
    boolean byPlane = isWholeOrOne(a, shape) && isWholeOrOne(b, shape);
    this.rowsPerPlane = byPlane ? 1 : shape.height();
    this.stretch = Math.toIntExact(byPlane ? shape.plane() : shape.width());
    this.stretches = Math.multiplyExact(shape.channels(), rowsPerPlane);
    this.a = new Side(a, shape.channels(), byPlane, stretch);
    this.b = new Side(b, shape.channels(), byPlane, stretch);
    this.out = Place.of(to);
  }

  private static boolean isWholeOrOne(Source source, Shape out) {
    long plane = source.map().shape().plane();
    return plane == 1 || plane == out.plane();
  }

  /** Where an operand is read. */
  private static final class Side {
    /** For each channel of the result, bytes from the slab's start. */
    private final long[] channels;

    /** Bytes from one row to the next, 0 if there is one for all. */
    private final long rowPitch;

    /** Whether one element stands for a whole stretch, as the kernels want it. */
    private final long steps;

    Side(Source source, int outChannels, boolean byPlane, int stretch) {
      Shape shape = source.map().shape();
      this.channels = new long[outChannels];
      for (int c = 0; c < outChannels; c++) {
        channels[c] = source.flat(shape.channels() == 1 ? 0 : c) * Float.BYTES;
      }
      this.rowPitch = shape.height() == 1 ? 0 : (long) shape.width() * Float.BYTES;
      boolean one = (byPlane ? shape.plane() : shape.width()) < stretch;
      this.steps = one ? ArithmeticKernels.STAY : ArithmeticKernels.ALONG;
    }

    long at(int channel, int row) {
      return channels[channel] + row * rowPitch;
    }

    /** Returns where a stretch is read: where it stands, or its one element repeated elsewhere. */
    long begin(PlaneKernels planes, long stretch, long room) {
      if (steps == ArithmeticKernels.ALONG) {
        return stretch;
      }
      float value = NativeMemory.ALL.get(JAVA_FLOAT_UNALIGNED, stretch);
      planes.fill(room, VectorWidth.MOST_LANES, value);
      return room;
    }
  }

  @Override
  public int parts() {
    return Math.min(MOST_PARTS, stretches);
  }

  @Override
  public long scratchBytes() {
    return REPEATED_BYTES;
  }

  @Override
  public void run(int part, long base, Scratch scratch) {
    int to = Task.begin(part + 1, parts(), stretches);
    for (int s = Task.begin(part, parts(), stretches); s < to; s++) {
      int channel = s / rowsPerPlane;
      int row = s % rowsPerPlane;
      // The result has more than one element along a stretch where an operand has one, so the other
      // operand has them all: both never need the room.
      long first = a.begin(planes, base + a.at(channel, row), scratch.address);
      long second = b.begin(planes, base + b.at(channel, row), scratch.address);
      long result = base + out.plane(channel) + (long) row * stretch * Float.BYTES;
      kernels.arithmetic(function, first, a.steps, second, b.steps, result, stretch, clamp);
    }
  }
}
