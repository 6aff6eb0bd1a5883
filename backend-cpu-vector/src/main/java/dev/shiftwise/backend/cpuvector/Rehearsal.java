package dev.shiftwise.backend.cpuvector;

import java.util.Collections;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * A short call of a tile on zeros, which tells the JVM what the tile's loops are like.
 *
 * <p>C2 decides by what it has seen. Of a loop over inputs that took four turns a call it thinks
 * little, and with 16 registers it keeps sums in memory there: half the speed, for ever. So that
 * loop takes {@link #TURNS}; all others are as they are in any network.
 */
final class Rehearsal {
  private static final int TURNS = 16;

  /** Of what a tile repeats: C2 leaves out what it has never seen. */
  private static final int TIMES = 2;

  /** A call, and an operation, of compiled code take a tenth of this. */
  private static final long CALL_NANOS = 100;

  private static final long OPERATION_NANOS = 20;

  private static final long VECTOR = VectorWidth.MOST_LANES * Float.BYTES;

  private final int operations;
  private final long bytes;
  private final LongConsumer call;
  private final AtomicBoolean claimed = new AtomicBoolean();

  /**
   * Makes a rehearsal.
   *
   * @param operations how many vector operations it takes, about
   * @param bytes of zeroed memory that it reads and writes
   * @param call calls the tile at that memory
   */
  private Rehearsal(int operations, long bytes, LongConsumer call) {
    this.operations = operations;
    this.bytes = bytes;
    this.call = call;
  }

  static Rehearsal of(PixelTile tile, PixelShape shape) {
    int inputs = TURNS * shape.turn();
    long[] rows = new long[inputs];
    float[] weights = new float[(inputs + 1) * shape.stride()];
    return new Rehearsal(
        TIMES * inputs * shape.outputs() * shape.vectors(),
        (long) inputs * shape.channelPitch() + shape.vectors() * VECTOR,
        at -> tile.run(rows, 0, inputs, weights, 0, 0, TIMES, at, 0, at, 0, 0, at, 0, 0));
  }

  static Rehearsal of(OutputTile tile, OutputShape shape) {
    long[] rows = new long[TURNS];
    int blockFloats = (TURNS + 1) * shape.stride();
    float[] weights = new float[shape.blocks() * blockFloats + PackedWeights.MOST];
    float[] sums = new float[OutputTiles.MOST_SUMS];
    return new Rehearsal(
        TURNS * shape.blocks() * shape.pixels(),
        (long) shape.pixels() * Float.BYTES,
        at -> tile.run(rows, 0, TURNS, weights, 0, blockFloats, at, sums));
  }

  static Rehearsal of(WindowTile tile, WindowShape shape) {
    long before = -Math.min(0, Collections.min(shape.taps()));
    long behind = Math.max(0, Collections.max(shape.taps()));
    long row = (long) shape.width() * Float.BYTES;
    long pitch = Math.max(row, Math.max(shape.pitch(), shape.partialPitch()));
    int rows = TIMES * shape.rows();
    int factors = rows * shape.width() + VectorWidth.MOST_LANES;
    float[] values = new float[1 + Math.max(shape.taps().size(), factors)];
    return new Rehearsal(
        rows * shape.vectors() * shape.taps().size(),
        before + behind + rows * pitch + row + VECTOR,
        at -> tile.run(at + before, values, 0, at, at, TIMES));
  }

  static Rehearsal of(RowsTile tile, RowsShape shape) {
    long row = (long) shape.count() * shape.stride() * Float.BYTES;
    return new Rehearsal(
        TIMES * 2 * Math.ceilDiv(shape.count(), shape.lanes()),
        Math.max(shape.inPitch(), shape.outPitch()) + row + 2 * VECTOR,
        at -> tile.run(at, at, TIMES));
  }

  /** Returns the bytes of zeroed memory that a call reads and writes. */
  long bytes() {
    return bytes;
  }

  /** Returns whether the caller is the first to ask, and thus shall rehearse. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Calls the tile some times, at that memory; returns whether it is compiled code. */
  boolean run(int times, long address) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      call.accept(address);
    }
    long nanos = System.nanoTime() - start;
    return nanos < times * (CALL_NANOS + operations * OPERATION_NANOS);
  }
}
