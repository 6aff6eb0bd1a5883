package dev.shiftwise.bench;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Session;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** A chain on a backend, compiled and bound to memory of the session. */
final class CompiledChain implements AutoCloseable {
  /** Largest difference to other implementations, relative to the largest value. */
  private static final double TOLERANCE = 1e-5;

  private final KernelShape shape;
  private final Session session;
  private final FeatureMap input;
  private final FeatureMap output;

  private CompiledChain(
      Backend backend, KernelShape shape, @Nullable Border border, boolean copied, int threads) {
    this.shape = shape;
    this.session =
        backend.compile(
            shape.chain(border, copied),
            CompileOptions.DEFAULT.withThreads(threads).withMaxBatch(shape.batch()));
    if (!copied && !session.plan().copies().isEmpty()) {
      throw new IllegalStateException("copies are left: " + session.plan());
    }
    this.input = session.allocate("x");
    this.output = session.allocate("y");
    input.segment().copyFrom(MemorySegment.ofArray(shape.input()));
  }

  /** Compiles a chain whose shifts, if it has any, are read in place. */
  static CompiledChain of(
      Backend backend, KernelShape shape, @Nullable Border border, int threads) {
    return new CompiledChain(backend, shape, border, false, threads);
  }

  /** Compiles a chain whose shifts are written out. */
  static CompiledChain copying(
      Backend backend, KernelShape shape, @Nullable Border border, int threads) {
    return new CompiledChain(backend, shape, border, true, threads);
  }

  void run() {
    session.run(input, output);
  }

  float[] result() {
    run();
    return output.segment().toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Compares with another implementation's result. */
  void requireNear(float[] expected, String whose) {
    float[] actual = result();
    float largest = 0;
    float worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    if (!(worst <= TOLERANCE * largest)) {
      throw new IllegalStateException(
          shape + " differs by " + worst + " from " + whose + ", largest value " + largest);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
