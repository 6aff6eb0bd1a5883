package dev.shiftwise.backend.cpuvector;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.shiftwise.network.Arithmetic;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** A template, see {@link Specialization}: never used under its own name. */
final class VectorPlaneKernels implements PlaneKernels {
  private static final VectorSpecies<Float> SPECIES =
      Specialization.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
  private static final int LANES = SPECIES.length();
  private static final long VECTOR_BYTES = SPECIES.vectorByteSize();

  private static final VectorSpecies<Float> QUARTET = FloatVector.SPECIES_128;
  private static final IntVector EVEN = IntVector.zero(INTS).addIndex(2);
  private static final IntVector ODD = EVEN.add(1);
  private static final VectorShuffle<Float> TURNED_BY_8 = turned(8);
  private static final VectorShuffle<Float> TURNED_BY_4 = turned(4);
  private static final VectorShuffle<Float> TURNED_BY_2 = turned(2);
  private static final VectorShuffle<Float> TURNED_BY_1 = turned(1);
  private static final MemorySegment ALL = NativeMemory.ALL;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** Tiles of a row from which on it is read as one run. */
  private static final int MANY_TILES = 4;

  /** What addresses are below, so that C2 sees that no access ends behind all memory. */
  private static final long ADDRESSES = (1L << 56) - 1;

  VectorPlaneKernels() {}

  private static VectorShuffle<Float> turned(int by) {
    return VectorShuffle.iota(SPECIES, by % LANES, 1, true);
  }

  // A loop for each function: C2 makes vector instructions only of operations that it sees as
  // constants.
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
      few(function, a, stepsOfA, b, stepsOfB, out, count, clamp);
      return;
    }
    switch (function) {
      case ADD -> add(a, stepsOfA, b, stepsOfB, out, count, clamp);
      case SUBTRACT -> subtract(a, stepsOfA, b, stepsOfB, out, count, clamp);
      case MULTIPLY -> multiply(a, stepsOfA, b, stepsOfB, out, count, clamp);
      case DIVIDE -> divide(a, stepsOfA, b, stepsOfB, out, count, clamp);
      default -> throw new IllegalArgumentException(function + " is a comparison");
    }
  }

  private static void few(
      Arithmetic.Function function,
      long a,
      long stepsOfA,
      long b,
      long stepsOfB,
      long out,
      long count,
      Clamp clamp) {
    for (long i = 0; i < count * Float.BYTES; i += Float.BYTES) {
      float x = get(a + (i & stepsOfA));
      float y = get(b + (i & stepsOfB));
      float z =
          switch (function) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            default -> throw new IllegalArgumentException(function + " is a comparison");
          };
      put(out + i, clamp.apply(z));
    }
  }

  // The last vector ends with the stretch and overlaps the one before it. It is no statement of its
  // own: with twice as many calls of the Vector API, C2 gives up inlining them where all four
  // functions have become one method, and what it leaves over makes objects of its vectors.

  private static void add(
      long a, long stepsOfA, long b, long stepsOfB, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last + VECTOR_BYTES; i += VECTOR_BYTES) {
      long at = Math.min(i, last);
      FloatVector x = load(a + (at & stepsOfA));
      FloatVector y = load(b + (at & stepsOfB));
      store(limit(x.add(y), low, high), out + at);
    }
  }

  private static void subtract(
      long a, long stepsOfA, long b, long stepsOfB, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last + VECTOR_BYTES; i += VECTOR_BYTES) {
      long at = Math.min(i, last);
      FloatVector x = load(a + (at & stepsOfA));
      FloatVector y = load(b + (at & stepsOfB));
      store(limit(x.sub(y), low, high), out + at);
    }
  }

  private static void multiply(
      long a, long stepsOfA, long b, long stepsOfB, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last + VECTOR_BYTES; i += VECTOR_BYTES) {
      long at = Math.min(i, last);
      FloatVector x = load(a + (at & stepsOfA));
      FloatVector y = load(b + (at & stepsOfB));
      store(limit(x.mul(y), low, high), out + at);
    }
  }

  private static void divide(
      long a, long stepsOfA, long b, long stepsOfB, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last + VECTOR_BYTES; i += VECTOR_BYTES) {
      long at = Math.min(i, last);
      FloatVector x = load(a + (at & stepsOfA));
      FloatVector y = load(b + (at & stepsOfB));
      store(limit(x.div(y), low, high), out + at);
    }
  }

  @Override
  public void blend(long a, float shareOfA, long b, float shareOfB, long out, long count) {
    if (count < LANES) {
      for (long i = 0; i < count * Float.BYTES; i += Float.BYTES) {
        put(out + i, Math.fma(get(b + i), shareOfB, get(a + i) * shareOfA));
      }
      return;
    }
    FloatVector share = FloatVector.broadcast(SPECIES, shareOfB);
    long last = (count - LANES) * Float.BYTES;
    for (long i = 0; i < last; i += VECTOR_BYTES) {
      store(load(b + i).fma(share, load(a + i).mul(shareOfA)), out + i);
    }
    store(load(b + last).fma(share, load(a + last).mul(shareOfA)), out + last);
  }

  @Override
  public void clamp(long in, long out, long count, Clamp clamp) {
    FloatVector low = FloatVector.broadcast(SPECIES, clamp.low());
    FloatVector high = FloatVector.broadcast(SPECIES, clamp.high());
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      store(limit(load(in + i), low, high), out + i);
    }
    for (; i < bytes; i += Float.BYTES) {
      put(out + i, clamp.apply(get(in + i)));
    }
  }

  private static FloatVector limit(FloatVector sum, FloatVector low, FloatVector high) {
    return sum.blend(low, sum.compare(VectorOperators.LE, low))
        .blend(high, sum.compare(VectorOperators.GT, high));
  }

  @Override
  public float sum(long in, long count) {
    FloatVector sums = FloatVector.zero(SPECIES);
    long bytes = count * Float.BYTES;
    long i = 0;
    for (; i <= bytes - VECTOR_BYTES; i += VECTOR_BYTES) {
      sums = sums.add(load(in + i));
    }
    float rest = 0;
    for (; i < bytes; i += Float.BYTES) {
      rest += get(in + i);
    }
    return total(sums) + rest;
  }

  // reduceLanes adds in an order of its own, another one once it is compiled: other bits then.
  private static float total(FloatVector sums) {
    FloatVector halved = LANES < 16 ? sums : sums.add(sums.rearrange(TURNED_BY_8));
    halved = LANES < 8 ? halved : halved.add(halved.rearrange(TURNED_BY_4));
    halved = halved.add(halved.rearrange(TURNED_BY_2));
    return halved.add(halved.rearrange(TURNED_BY_1)).lane(0);
  }

  @Override
  public void copy(long in, long out, long count) {
    long bytes = count * Float.BYTES;
    if (bytes >= VECTOR_BYTES) {
      long last = bytes - VECTOR_BYTES;
      for (long i = 0; i < last; i += VECTOR_BYTES) {
        store(load(in + i), out + i);
      }
      // Ends with the stretch and overlaps the vector before it: no loop over single elements.
      store(load(in + last), out + last);
    } else if (count > 1) {
      long last = bytes - Long.BYTES;
      for (long i = 0; i < last; i += Long.BYTES) {
        ALL.set(JAVA_LONG_UNALIGNED, out + i, ALL.get(JAVA_LONG_UNALIGNED, in + i));
      }
      ALL.set(JAVA_LONG_UNALIGNED, out + last, ALL.get(JAVA_LONG_UNALIGNED, in + last));
    } else if (count == 1) {
      ALL.set(JAVA_INT_UNALIGNED, out, ALL.get(JAVA_INT_UNALIGNED, in));
    }
  }

  @Override
  public void gather(long in, int stride, long out, long count) {
    if (stride == 1) {
      copy(in, out, count);
      return;
    }
    long i = 0;
    if (stride == 2 && count > LANES) {
      for (; i < count - LANES; i += LANES) {
        store(everySecond(EVEN, in + 2 * i * Float.BYTES), out + i * Float.BYTES);
      }
      // The last vector ends with the last pixel, and takes odd elements so as to read nothing
      // behind it: that may be the end of the memory.
      i = count - LANES;
      store(everySecond(ODD, in + (2 * i - 1) * Float.BYTES), out + i * Float.BYTES);
      return;
    }
    for (; i < count; i++) {
      ALL.set(
          JAVA_INT_UNALIGNED,
          out + i * Float.BYTES,
          ALL.get(JAVA_INT_UNALIGNED, in + i * stride * Float.BYTES));
    }
  }

  @Override
  public void pack(
      long[] rows,
      int first,
      int count,
      long offset,
      int tiles,
      int vectors,
      long out,
      long pitch,
      long tilePitch) {
    if (tiles >= MANY_TILES) {
      for (int i = 0; i < count; i++) {
        pack(rows[first + i] + offset, vectors, tiles, out + i * pitch, tilePitch);
      }
      return;
    }
    for (int t = 0; t < tiles; t++) {
      long from = offset + (long) t * vectors * VECTOR_BYTES;
      long to = out + t * tilePitch;
      for (int i = 0; i < count; i++) {
        pack((rows[first + i] + from) & ADDRESSES, vectors, (to + i * pitch) & ADDRESSES);
      }
    }
  }

  private static void pack(long from, int vectors, int tiles, long to, long tilePitch) {
    long in = from;
    long out = to;
    long end = to + tiles * tilePitch;
    // No counted loop: of one C2 would make three, of which the first two take most tiles.
    do {
      pack(in & ADDRESSES, vectors, out & ADDRESSES);
      in += vectors * VECTOR_BYTES;
      out += tilePitch;
    } while (out != end);
  }

  /** Copies a tile of one channel. */
  private static void pack(long from, int vectors, long to) {
    store(ints(from), to);
    if (vectors > 1) {
      store(ints(from + VECTOR_BYTES), to + VECTOR_BYTES);
    }
    if (vectors > 2) {
      store(ints(from + 2 * VECTOR_BYTES), to + 2 * VECTOR_BYTES);
    }
  }

  private static IntVector everySecond(IntVector which, long address) {
    return which.selectFrom(ints(address), ints(address + VECTOR_BYTES));
  }

  private static IntVector ints(long address) {
    return IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
  }

  private static void store(IntVector value, long address) {
    value.intoMemorySegment(ALL, address, ORDER);
  }

  @Override
  public void fill(long out, long count, float value) {
    long bytes = count * Float.BYTES;
    if (bytes >= VECTOR_BYTES) {
      FloatVector values = FloatVector.broadcast(SPECIES, value);
      long last = bytes - VECTOR_BYTES;
      for (long i = 0; i < last; i += VECTOR_BYTES) {
        store(values, out + i);
      }
      store(values, out + last);
    } else if (count > 1) {
      long bits = Float.floatToRawIntBits(value) & 0xFFFF_FFFFL;
      long pair = bits << Integer.SIZE | bits;
      long last = bytes - Long.BYTES;
      for (long i = 0; i < last; i += Long.BYTES) {
        ALL.set(JAVA_LONG_UNALIGNED, out + i, pair);
      }
      ALL.set(JAVA_LONG_UNALIGNED, out + last, pair);
    } else if (count == 1) {
      put(out, value);
    }
  }

  // Loops count in ints: C2 splits a loop over longs into nests, which for a few turns cost more
  // than the stores.
  @Override
  public void clear(long out, long pitch, int planes, long rowPitch, int rows, int count) {
    for (int y = 0; y < rows; y++) {
      long row = out + y * rowPitch;
      if (count >= QUARTET.length()) {
        clearStretch(row, pitch, planes, count);
      } else {
        for (int i = 0; i < count; i++) {
          for (int p = 0; p < planes; p++) {
            put(row + (long) i * Float.BYTES + p * pitch, 0f);
          }
        }
      }
    }
  }

  /** Clears so many elements of each plane that the last vector may overlap the one before it. */
  private static void clearStretch(long row, long pitch, int planes, int count) {
    FloatVector zeros = FloatVector.zero(QUARTET);
    int lanes = QUARTET.length();
    int vectors = (count - 1) / lanes;
    long last = (long) (count - lanes) * Float.BYTES;
    for (int i = 0; i < vectors; i++) {
      long at = row + (long) i * lanes * Float.BYTES;
      for (int p = 0; p < planes; p++) {
        store(zeros, at + p * pitch);
      }
    }
    for (int p = 0; p < planes; p++) {
      store(zeros, row + last + p * pitch);
    }
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
