package dev.shiftwise.conformance;

import java.util.random.RandomGenerator;

/** What inputs and weights are filled with. All as raw bits, so that no conversion touches them. */
enum Numbers {
  /** Integers from -4 to 4: sums are exact in any order. */
  INTEGERS {
    @Override
    int next(RandomGenerator random) {
      return Float.floatToRawIntBits(random.nextInt(-4, 5));
    }
  },
  /** Real numbers of both signs and several magnitudes. */
  REALS {
    @Override
    int next(RandomGenerator random) {
      float value = (float) random.nextGaussian();
      return Float.floatToRawIntBits(random.nextInt(16) == 0 ? value * 1e-3f : value);
    }
  },
  /** Every kind of bit pattern: NaN with payloads, both zeros, infinities, denormals, the rest. */
  PATTERNS {
    @Override
    int next(RandomGenerator random) {
      int any = random.nextInt();
      int bits =
          switch (random.nextInt(8)) {
            case 0 -> 0x7fc00000 | (any & 0x803fffff);
            // A signalling NaN: a conversion to double and back would set its quiet bit.
            case 1 -> 0x7f800001 | (any & 0x801fffff);
            case 2 -> 0x80000000;
            case 3 -> any < 0 ? 0xff800000 : 0x7f800000;
            case 4 -> any & 0x807fffff;
            default -> any;
          };
      return bits == POISON ? 0 : bits;
    }
  },
  /** Ordinary numbers with a NaN or an infinity here and there. */
  HOLES {
    @Override
    int next(RandomGenerator random) {
      return switch (random.nextInt(12)) {
        case 0 -> Float.floatToRawIntBits(Float.NaN);
        case 1 -> Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
        default -> INTEGERS.next(random);
      };
    }
  };

  /** What stands in outputs before a run: a NaN that no input holds. */
  static final int POISON = 0x7fa5dead;

  abstract int next(RandomGenerator random);

  /** Returns this many elements. */
  int[] bits(RandomGenerator random, long count) {
    int[] bits = new int[Math.toIntExact(count)];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = next(random);
    }
    return bits;
  }

  /** Returns this many elements as floats, for weights. */
  float[] floats(RandomGenerator random, long count) {
    float[] floats = new float[Math.toIntExact(count)];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(next(random));
    }
    return floats;
  }
}
