package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
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

  private static final int ROUNDS_BITS = Float.floatToRawIntBits(ROUNDS);
  private static final float ROOT_HALF = (float) Math.sqrt(0.5);
  private static final int ROOT_HALF_BITS = Float.floatToRawIntBits(ROOT_HALF);
  private static final float SMALLEST_NORMAL = Float.MIN_NORMAL;

  /** Makes the smallest numbers normal ones: 2 to the number of bits of the mantissa. */
  private static final float SCALE = 0x1p23f;

  private static final float LOG_LN2_HIGH = 0.6933594f;
  private static final float LOG_LN2_LOW = -0.00021219444f;
  private static final float LOG_1 = 0.3333333f;
  private static final float LOG_2 = -0.24999994f;
  private static final float LOG_3 = 0.20000714f;
  private static final float LOG_4 = -0.16668057f;
  private static final float LOG_5 = 0.14249323f;
  private static final float LOG_6 = -0.12420141f;
  private static final float LOG_7 = 0.116769984f;
  private static final float LOG_8 = -0.1151461f;
  private static final float LOG_9 = 0.070376836f;

  /** From here on the error function is 1 in float32. */
  private static final float ERF_IS_ONE = 3.92f;

  private static final float ERF_1 = -0.016096033f;
  private static final float ERF_3 = -0.0029546f;
  private static final float ERF_5 = -0.00073499064f;
  private static final float ERF_7 = -5.6925062e-5f;
  private static final float ERF_9 = -2.101024e-6f;
  private static final float ERF_11 = 2.7706815e-8f;
  private static final float ERF_13 = -2.7261424e-10f;
  private static final float ERF_D0 = -0.014264739f;
  private static final float ERF_D2 = -0.0073733293f;
  private static final float ERF_D4 = -0.001682827f;
  private static final float ERF_D6 = -0.00021337405f;
  private static final float ERF_D8 = -1.45660715e-5f;

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

  @Override
  public void squareRoot(long in, long out, long count) {
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      store(load(in + i).sqrt(), out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      put(out + i, (float) Math.sqrt(get(in + i)));
    }
  }

  /**
   * {@code n * log 2 + log(1 + f)} with {@code 1 + f} between the roots of a half and of 2, and the
   * polynomial of Cephes' {@code logf} for the latter.
   */
  @Override
  public void logarithm(long in, long out, long count) {
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      FloatVector z = load(in + i);
      VectorMask<Float> isSmall = z.compare(VectorOperators.LT, SMALLEST_NORMAL);
      IntVector bits = z.mul(SCALE, isSmall).reinterpretAsInts();
      IntVector power = bits.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, MANTISSA_BITS);
      FloatVector f =
          bits.sub(power.lanewise(VectorOperators.LSHL, MANTISSA_BITS))
              .reinterpretAsFloats()
              .sub(1f);
      FloatVector n = power.add(ROUNDS_BITS).reinterpretAsFloats().sub(ROUNDS);
      n = n.sub((float) MANTISSA_BITS, isSmall);
      FloatVector p = f.mul(LOG_9).add(LOG_8);
      p = p.fma(f, FloatVector.broadcast(SPECIES, LOG_7));
      p = p.fma(f, FloatVector.broadcast(SPECIES, LOG_6));
      p = p.fma(f, FloatVector.broadcast(SPECIES, LOG_5));
      p = p.fma(f, FloatVector.broadcast(SPECIES, LOG_4));
      p = p.fma(f, FloatVector.broadcast(SPECIES, LOG_3));
      p = p.fma(f, FloatVector.broadcast(SPECIES, LOG_2));
      p = p.fma(f, FloatVector.broadcast(SPECIES, LOG_1));
      FloatVector square = f.mul(f);
      FloatVector low = p.mul(f).mul(square).add(n.mul(LOG_LN2_LOW)).sub(square.mul(0.5f));
      FloatVector log = n.mul(LOG_LN2_HIGH).add(f.add(low));
      // Neither 0 nor below, nor infinite, nor NaN.
      log =
          log.blend(Float.NaN, z.compare(VectorOperators.GT, 0f).not())
              .blend(Float.NEGATIVE_INFINITY, z.compare(VectorOperators.EQ, 0f))
              .blend(
                  Float.POSITIVE_INFINITY, z.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
      store(log, out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      put(out + i, logarithm(get(in + i)));
    }
  }

  private static float logarithm(float z) {
    if (!(z > 0) || z == Float.POSITIVE_INFINITY) {
      return z == 0 ? Float.NEGATIVE_INFINITY : z > 0 ? z : Float.NaN;
    }
    boolean isSmall = z < SMALLEST_NORMAL;
    int bits = Float.floatToRawIntBits(isSmall ? z * SCALE : z);
    int power = (bits - ROOT_HALF_BITS) >> MANTISSA_BITS;
    float f = Float.intBitsToFloat(bits - (power << MANTISSA_BITS)) - 1f;
    float n = power - (isSmall ? MANTISSA_BITS : 0);
    float p = f * LOG_9 + LOG_8;
    p = Math.fma(p, f, LOG_7);
    p = Math.fma(p, f, LOG_6);
    p = Math.fma(p, f, LOG_5);
    p = Math.fma(p, f, LOG_4);
    p = Math.fma(p, f, LOG_3);
    p = Math.fma(p, f, LOG_2);
    p = Math.fma(p, f, LOG_1);
    float square = f * f;
    float low = p * f * square + n * LOG_LN2_LOW - square * 0.5f;
    return n * LOG_LN2_HIGH + (f + low);
  }

  @Override
  public void errorFunction(long in, long out, long count) {
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      store(erf(load(in + i)), out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      put(out + i, erf(get(in + i)));
    }
  }

  @Override
  public void gelu(long in, long out, long count) {
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      FloatVector z = load(in + i);
      store(z.mul(erf(z.mul(ROOT_HALF)).add(1f).mul(0.5f)), out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      float z = get(in + i);
      put(out + i, z * ((erf(z * ROOT_HALF) + 1f) * 0.5f));
    }
  }

  /** A quotient of polynomials up to where float32 has 1, as Eigen has it. */
  private static FloatVector erf(FloatVector z) {
    FloatVector x = z.min(ERF_IS_ONE).max(-ERF_IS_ONE);
    FloatVector square = x.mul(x);
    FloatVector p = square.mul(ERF_13).add(ERF_11);
    p = p.fma(square, FloatVector.broadcast(SPECIES, ERF_9));
    p = p.fma(square, FloatVector.broadcast(SPECIES, ERF_7));
    p = p.fma(square, FloatVector.broadcast(SPECIES, ERF_5));
    p = p.fma(square, FloatVector.broadcast(SPECIES, ERF_3));
    p = p.fma(square, FloatVector.broadcast(SPECIES, ERF_1)).mul(x);
    FloatVector q = square.mul(ERF_D8).add(ERF_D6);
    q = q.fma(square, FloatVector.broadcast(SPECIES, ERF_D4));
    q = q.fma(square, FloatVector.broadcast(SPECIES, ERF_D2));
    q = q.fma(square, FloatVector.broadcast(SPECIES, ERF_D0));
    return p.div(q)
        .min(1f)
        .max(-1f)
        .blend(1f, z.compare(VectorOperators.GE, ERF_IS_ONE))
        .blend(-1f, z.compare(VectorOperators.LE, -ERF_IS_ONE));
  }

  private static float erf(float z) {
    if (Math.abs(z) >= ERF_IS_ONE) {
      return Math.signum(z);
    }
    float square = z * z;
    float p = square * ERF_13 + ERF_11;
    p = Math.fma(p, square, ERF_9);
    p = Math.fma(p, square, ERF_7);
    p = Math.fma(p, square, ERF_5);
    p = Math.fma(p, square, ERF_3);
    p = Math.fma(p, square, ERF_1) * z;
    float q = square * ERF_D8 + ERF_D6;
    q = Math.fma(q, square, ERF_D4);
    q = Math.fma(q, square, ERF_D2);
    q = Math.fma(q, square, ERF_D0);
    return Math.clamp(p / q, -1f, 1f);
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
