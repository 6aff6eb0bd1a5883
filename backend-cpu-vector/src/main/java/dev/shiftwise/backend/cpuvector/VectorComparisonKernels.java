package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.shiftwise.network.Arithmetic;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A template, see {@link Specialization}: never used under its own name. */
final class VectorComparisonKernels implements ArithmeticKernels {
  private static final VectorSpecies<Float> SPECIES =
      Specialization.species(MethodHandles.lookup());
  private static final int LANES = SPECIES.length();
  private static final long VECTOR_BYTES = SPECIES.vectorByteSize();
  private static final MemorySegment ALL = NativeMemory.ALL;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  VectorComparisonKernels() {}

  // A loop for each function, whose last vector overlaps the one before it: see VectorPlaneKernels.
  @Override
  public void arithmetic(
      Arithmetic.Function function,
      long a,
      long stepsOfA,
      long b,
      long stepsOfB,
      long out,
      long count,
      Clamp clamp) {
    if (count < LANES) {
      for (long i = 0; i < count * Float.BYTES; i += Float.BYTES) {
        float x = ALL.get(JAVA_FLOAT_UNALIGNED, a + (i & stepsOfA));
        float y = ALL.get(JAVA_FLOAT_UNALIGNED, b + (i & stepsOfB));
        ALL.set(JAVA_FLOAT_UNALIGNED, out + i, clamp.apply((float) function.apply(x, y)));
      }
      return;
    }
    switch (function) {
      case LESS -> less(a, stepsOfA, b, stepsOfB, out, count, clamp);
      case LESS_OR_EQUAL -> lessOrEqual(a, stepsOfA, b, stepsOfB, out, count, clamp);
      case EQUAL -> equal(a, stepsOfA, b, stepsOfB, out, count, clamp);
      case MASK -> mask(a, stepsOfA, b, stepsOfB, out, count, clamp);
      default -> throw new IllegalArgumentException(function + " is no comparison");
    }
  }

  private static void less(
      long a, long stepsOfA, long b, long stepsOfB, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    FloatVector no = FloatVector.broadcast(SPECIES, 0f);
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last + VECTOR_BYTES; i += VECTOR_BYTES) {
      long at = Math.min(i, last);
      FloatVector x = load(a + (at & stepsOfA));
      FloatVector y = load(b + (at & stepsOfB));
      store(limit(no.blend(1f, x.compare(VectorOperators.LT, y)), low, high), out + at);
    }
  }

  private static void lessOrEqual(
      long a, long stepsOfA, long b, long stepsOfB, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    FloatVector no = FloatVector.broadcast(SPECIES, 0f);
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last + VECTOR_BYTES; i += VECTOR_BYTES) {
      long at = Math.min(i, last);
      FloatVector x = load(a + (at & stepsOfA));
      FloatVector y = load(b + (at & stepsOfB));
      store(limit(no.blend(1f, x.compare(VectorOperators.LE, y)), low, high), out + at);
    }
  }

  private static void equal(
      long a, long stepsOfA, long b, long stepsOfB, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    FloatVector no = FloatVector.broadcast(SPECIES, 0f);
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last + VECTOR_BYTES; i += VECTOR_BYTES) {
      long at = Math.min(i, last);
      FloatVector x = load(a + (at & stepsOfA));
      FloatVector y = load(b + (at & stepsOfB));
      store(limit(no.blend(1f, x.compare(VectorOperators.EQ, y)), low, high), out + at);
    }
  }

  private static void mask(
      long a, long stepsOfA, long b, long stepsOfB, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    FloatVector hidden = FloatVector.broadcast(SPECIES, -0f);
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last + VECTOR_BYTES; i += VECTOR_BYTES) {
      long at = Math.min(i, last);
      FloatVector x = load(a + (at & stepsOfA));
      FloatVector y = load(b + (at & stepsOfB));
      store(limit(hidden.blend(x, y.compare(VectorOperators.NE, 0f)), low, high), out + at);
    }
  }

  private static FloatVector limit(FloatVector value, FloatVector low, FloatVector high) {
    return value
        .blend(low, value.compare(VectorOperators.LE, low))
        .blend(high, value.compare(VectorOperators.GT, high));
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
  }

  private static void store(FloatVector value, long address) {
    value.intoMemorySegment(ALL, address, ORDER);
  }
}
