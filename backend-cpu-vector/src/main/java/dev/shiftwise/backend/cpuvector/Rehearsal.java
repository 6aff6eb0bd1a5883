package dev.shiftwise.backend.cpuvector;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * A short call of a tile on zeros, which tells the JVM what the tile's loops are like.
 *
 * <p>C2 decides by what it has seen. Of a loop that took four turns a call it thinks little, and
 * with 16 registers it keeps sums in memory there: half the speed, for ever. So each loop takes at
 * least {@link #TURNS}.
 */
final class Rehearsal {
  /** Turns of a loop over inputs, at least. */
  private static final int TURNS = 16;

  /** Vector operations of a call, about: some hundred nanoseconds when it is compiled. */
  private static final int OPERATIONS = 256;

  private static final long VECTOR = VectorWidth.MOST_LANES * Float.BYTES;

  private final long bytes;
  private final LongConsumer call;
  private final AtomicBoolean claimed = new AtomicBoolean();

  private Rehearsal(long bytes, LongConsumer call) {
    this.bytes = bytes;
    this.call = call;
  }

  static Rehearsal of(PixelTile tile, PixelShape shape) {
    int inputs = shape.turn() * times(shape.outputs() * shape.vectors() * shape.turn(), TURNS);
    long[] rows = new long[inputs];
    float[] weights = new float[(inputs + 1) * shape.stride()];
    long pixels = shape.vectors() * VECTOR;
    return new Rehearsal(
        (long) inputs * shape.channelPitch() + pixels,
        at -> tile.run(rows, 0, inputs, weights, 0, 0, 2, at, 0, at, 0, 0, at, 0, 0));
  }

  static Rehearsal of(OutputTile tile, OutputShape shape) {
    int inputs = times(shape.blocks() * shape.pixels(), TURNS);
    long[] rows = new long[inputs];
    int blockFloats = (inputs + 1) * shape.stride();
    float[] weights = new float[shape.blocks() * blockFloats + PackedWeights.MOST];
    float[] sums = new float[OutputTiles.MOST_SUMS];
    return new Rehearsal(
        (long) shape.pixels() * Float.BYTES,
        at -> tile.run(rows, 0, inputs, weights, 0, blockFloats, at, sums));
  }

  private static int times(int operations, int least) {
    return Math.max(least, OPERATIONS / operations);
  }

  /** Returns the bytes of zeroed memory that a call reads and writes. */
  long bytes() {
    return bytes;
  }

  /** Returns whether the caller is the first to ask, and thus shall rehearse. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Calls the tile once, at that memory. */
  void call(long address) {
    call.accept(address);
  }
}
