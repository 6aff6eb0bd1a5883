package dev.shiftwise.bench;

import dev.shiftwise.bench.BenchReport.CopySpeed;
import dev.shiftwise.bench.BenchReport.Limits;
import dev.shiftwise.bench.InterleavedTiming.Contender;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The peak of fused multiply-adds in float32 on one core: sixteen independent chains in registers,
 * enough to fill two units of a latency of up to eight.
 */
final class FmaPeak {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 16;
  private static final int TURNS = 512;

  /** A limit is what is reached at best, also if the compiler is late or the machine busy. */
  private static final int REPETITIONS = 3;

  /** A fixed point of {@code x * FACTOR + ADDEND} is 1, so values stay near it. */
  private static final float FACTOR = 0.5f;

  private static final float ADDEND = 0.5f;

  private final float[] sums = new float[SPECIES.length()];

  private FmaPeak() {}

  static Limits measure(InterleavedTiming timing, List<CopySpeed> copies) {
    FmaPeak peak = new FmaPeak();
    double nanos = Double.POSITIVE_INFINITY;
    for (int i = 0; i < REPETITIONS; i++) {
      Samples samples =
          timing.measure(List.of(new Contender("fma", peak::turn))).samples().getFirst();
      peak.check();
      nanos = Math.min(nanos, samples.best());
    }
    double operations = 2.0 * SPECIES.length() * CHAINS * TURNS;
    return new Limits(operations / nanos, SPECIES.vectorBitSize(), copies);
  }

  private void turn() {
    FloatVector factor = FloatVector.broadcast(SPECIES, FACTOR);
    FloatVector addend = FloatVector.broadcast(SPECIES, ADDEND);
    FloatVector a = addend.mul(0f);
    FloatVector b = a.add(1f);
    FloatVector c = a.add(2f);
    FloatVector d = a.add(3f);
    FloatVector e = a.add(4f);
    FloatVector f = a.add(5f);
    FloatVector g = a.add(6f);
    FloatVector h = a.add(7f);
    FloatVector i = a.add(8f);
    FloatVector j = a.add(9f);
    FloatVector k = a.add(10f);
    FloatVector l = a.add(11f);
    FloatVector m = a.add(12f);
    FloatVector n = a.add(13f);
    FloatVector o = a.add(14f);
    FloatVector p = a.add(15f);
    for (int turn = 0; turn < TURNS; turn++) {
      a = a.fma(factor, addend);
      b = b.fma(factor, addend);
      c = c.fma(factor, addend);
      d = d.fma(factor, addend);
      e = e.fma(factor, addend);
      f = f.fma(factor, addend);
      g = g.fma(factor, addend);
      h = h.fma(factor, addend);
      i = i.fma(factor, addend);
      j = j.fma(factor, addend);
      k = k.fma(factor, addend);
      l = l.fma(factor, addend);
      m = m.fma(factor, addend);
      n = n.fma(factor, addend);
      o = o.fma(factor, addend);
      p = p.fma(factor, addend);
    }
    FloatVector sum = a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h)));
    sum = sum.add(i.add(j).add(k.add(l))).add(m.add(n).add(o.add(p)));
    sum.intoArray(sums, 0);
  }

  /** Every chain has come to its fixed point, 1. */
  private void check() {
    for (float sum : sums) {
      if (sum != CHAINS) {
        throw new IllegalStateException("a sum is " + sum + ", wanted " + CHAINS);
      }
    }
  }
}
