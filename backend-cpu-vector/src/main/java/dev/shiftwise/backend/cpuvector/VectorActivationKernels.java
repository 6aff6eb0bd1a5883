package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A template, see {@link Specialization}: never used under its own name. */
final class VectorActivationKernels implements ActivationKernels {
  private static final VectorSpecies<Float> SPECIES =
      Specialization.species(MethodHandles.lookup());
  private static final long VECTOR_BYTES = SPECIES.vectorByteSize();
  private static final MemorySegment ALL = NativeMemory.ALL;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /**
   * Beyond it the exponential is no normal float32, and a sigmoid 0 or 1 but for less than that.
   */
  private static final float LARGEST = 88f;

  private static final float LOG2_E = 1.442695f;

  /** The upper bits of ln 2: times a whole number up to 128 it is exact. */
  private static final float LN2_HIGH = 0x1.62ep-1f;

  private static final float LN2_LOW = (float) (0.6931471805599453 - LN2_HIGH);

  /** Added to a small number it leaves the nearest whole one in the lowest bits. */
  private static final float ROUNDS = 0x1.8p23f;

  private static final int ONE_BITS = 0x3f800000;
  private static final int MANTISSA_BITS = 23;

  VectorActivationKernels() {}

  @Override
  public void hardSwish(long in, long out, long count) {
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      FloatVector z = load(in + i);
      store(z.mul(z.add(3f).max(0f).min(6f).mul(1f / 6f)), out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      float z = get(in + i);
      put(out + i, z * (Math.min(Math.max(z + 3f, 0f), 6f) * (1f / 6f)));
    }
  }

  @Override
  public void leakyRelu(long in, long out, long count, float slope) {
    FloatVector zero = FloatVector.zero(SPECIES);
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      FloatVector z = load(in + i);
      store(z.blend(z.mul(slope), z.compare(VectorOperators.LT, zero)), out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      float z = get(in + i);
      put(out + i, z < 0 ? slope * z : z);
    }
  }

  @Override
  public void hardSigmoid(long in, long out, long count, float alpha, float beta) {
    FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
    FloatVector shift = FloatVector.broadcast(SPECIES, beta);
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      store(load(in + i).fma(factor, shift).max(0f).min(1f), out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      put(out + i, Math.min(Math.max(Math.fma(get(in + i), alpha, beta), 0f), 1f));
    }
  }

  /**
   * The exponential is {@code 2^n * e^r} with the whole number {@code n} nearest to {@code x / ln
   * 2}. On what is left, at most {@code ln 2 / 2}, the Taylor polynomial of degree 7 is off by less
   * than a tenth of float32's last bit. The rest of a stretch takes the same steps one by one.
   */
  @Override
  public void sigmoid(long in, long out, long count) {
    FloatVector largest = FloatVector.broadcast(SPECIES, LARGEST);
    FloatVector smallest = FloatVector.broadcast(SPECIES, -LARGEST);
    FloatVector rounds = FloatVector.broadcast(SPECIES, ROUNDS);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      FloatVector x = load(in + i).neg();
      // NaN compares with nothing and stays.
      x = x.blend(largest, x.compare(VectorOperators.GT, largest));
      x = x.blend(smallest, x.compare(VectorOperators.LT, smallest));
      FloatVector shifted = x.mul(LOG2_E).add(rounds);
      FloatVector n = shifted.sub(rounds);
      FloatVector r = x.sub(n.mul(LN2_HIGH)).sub(n.mul(LN2_LOW));
      FloatVector p = r.mul(1 / 5040f).add(1 / 720f);
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1 / 120f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1 / 24f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1 / 6f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
      p = p.fma(r, one).fma(r, one);
      FloatVector power =
          shifted
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
              .add(ONE_BITS)
              .reinterpretAsFloats();
      store(one.div(p.mul(power).add(one)), out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      put(out + i, sigmoid(get(in + i)));
    }
  }

  private static float sigmoid(float z) {
    float x = -z > LARGEST ? LARGEST : -z < -LARGEST ? -LARGEST : -z;
    float shifted = x * LOG2_E + ROUNDS;
    float n = shifted - ROUNDS;
    float r = x - n * LN2_HIGH - n * LN2_LOW;
    float p = r * (1 / 5040f) + 1 / 720f;
    p = Math.fma(p, r, 1 / 120f);
    p = Math.fma(p, r, 1 / 24f);
    p = Math.fma(p, r, 1 / 6f);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(Math.fma(p, r, 1f), r, 1f);
    int power = (Float.floatToRawIntBits(shifted) << MANTISSA_BITS) + ONE_BITS;
    return 1 / (p * Float.intBitsToFloat(power) + 1);
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
  }

  private static void store(FloatVector value, long address) {
    value.intoMemorySegment(ALL, address, ORDER);
  }

  private static float get(long address) {
    return ALL.get(JAVA_FLOAT_UNALIGNED, address);
  }

  private static void put(long address, float value) {
    ALL.set(JAVA_FLOAT_UNALIGNED, address, value);
  }
}
