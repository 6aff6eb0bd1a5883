package dev.shiftwise.conformance;

import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Network;
import dev.shiftwise.view.FeatureMap;
import dev.shiftwise.view.Window;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Faults in sessions: what they write, repeat, allow and keep. */
final class SessionMutants {
  private SessionMutants() {}

  static List<Mutant> all() {
    return List.of(
        after("SESSION-01", "the input is written", (in, _) -> flip(in.values())),
        after("SESSION-02", "an element behind the output is written", (_, out) -> outside(out)),
        after("SESSION-02", "an element before the output is written", (_, out) -> before(out)),
        after("SESSION-03", "the last element stays unwritten", (_, out) -> poisonLast(out)),
        Mutant.sessions("SESSION-04", "every other run differs", EveryOther::new),
        Mutant.compiling(
            "SESSION-05",
            "two threads give other bits",
            (sound, network, options) ->
                options.threads() > 1
                    ? new After(sound.compile(network, options), (_, out) -> flip(out.values()))
                    : sound.compile(network, options)),
        after("SESSION-06", "images of a batch differ", (_, out) -> changeIfBatch(out)),
        after("SESSION-07", "a second image is forgotten", (_, out) -> poisonIfBatch(out)),
        Mutant.sessions("SESSION-08", "unaligned memory is taken for aligned", Aligning::new),
        Mutant.sessions("SESSION-09", "arrays hold one image", FirstOnly::new),
        Mutant.kernels("SESSION-10", "weights are not packed", Mutant.INDEX, Unpacked::new),
        Mutant.accepting("SESSION-11", "a binding that does not fit"),
        Mutant.mumbling("SESSION-11", "a binding that does not fit"),
        Mutant.accepting("SESSION-12", "memory that is too small"),
        Mutant.accepting("SESSION-13", "a read-only output"),
        Mutant.mumbling("SESSION-13", "a read-only output"),
        Mutant.accepting("SESSION-14", "an overlap"),
        Mutant.sessions("SESSION-14", "interleaved windows are refused", ByteRange::new),
        Mutant.accepting("SESSION-15", "a size that overflows"),
        Mutant.sessions("SESSION-16", "closed memory is skipped in silence", Silent::new),
        Mutant.sessions("SESSION-17", "foreign memory is skipped in silence", Silent::new),
        Mutant.sessions("SESSION-18", "a closed session does nothing in silence", Silent::new),
        Mutant.sessions("SESSION-18", "close leaves everything open", NeverClosed::new),
        Mutant.sessions("SESSION-19", "a second call waits for the first", Queueing::new),
        Mutant.sessions("SESSION-20", "close does not wait", Hasty::new),
        new Mutant("SESSION-21", "a second session is refused", OneSession::new),
        Mutant.sessions("SESSION-22", "closed memory ends in a null pointer", Null::new),
        Mutant.sessions("SESSION-23", "only the compiling thread may run", OneThread::new));
  }

  // ---- after a run ----

  private static Mutant after(
      String rule,
      String fault,
      BiConsumer<Map<String, FeatureMap>, Map<String, FeatureMap>> change) {
    return Mutant.sessions(rule, fault, sound -> new After(sound, change));
  }

  static final class After extends FaultyCompiled {
    private final BiConsumer<Map<String, FeatureMap>, Map<String, FeatureMap>> change;

    After(Compiled sound, BiConsumer<Map<String, FeatureMap>, Map<String, FeatureMap>> change) {
      super(sound);
      this.change = change;
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      super.run(inputs, outputs);
      change.accept(inputs, outputs);
    }
  }

  private static void flip(Iterable<FeatureMap> maps) {
    for (FeatureMap map : maps) {
      int bits = map.segment().get(Buffers.BITS, 0);
      map.segment().set(Buffers.BITS, 0, bits ^ 1);
    }
  }

  // Leaves the segment on purpose, into the memory that the test has allocated around it.
  @SuppressWarnings("restricted")
  private static void outside(Map<String, FeatureMap> outputs) {
    for (FeatureMap map : outputs.values()) {
      long bytes = map.segment().byteSize();
      map.segment().reinterpret(bytes + 4).set(Buffers.BITS, bytes, 0);
    }
  }

  @SuppressWarnings("restricted")
  private static void before(Map<String, FeatureMap> outputs) {
    for (FeatureMap map : outputs.values()) {
      MemorySegment.ofAddress(map.segment().address() - 4).reinterpret(4).set(Buffers.BITS, 0, 0);
    }
  }

  private static void poisonLast(Map<String, FeatureMap> outputs) {
    for (FeatureMap map : outputs.values()) {
      map.segment().set(Buffers.BITS, map.segment().byteSize() - 4, Numbers.POISON);
    }
  }

  private static void poisonIfBatch(Map<String, FeatureMap> outputs) {
    if (outputs.values().stream().anyMatch(map -> map.batch() > 1)) {
      poisonLast(outputs);
    }
  }

  private static void changeIfBatch(Map<String, FeatureMap> outputs) {
    for (FeatureMap map : outputs.values()) {
      if (map.batch() > 1) {
        map.segment().set(Buffers.BITS, 0, Float.floatToRawIntBits(1e10f));
      }
    }
  }

  /** Clears the whole memory of an output that is a window, and writes the window again. */
  static final class Clearing extends FaultyCompiled {
    Clearing(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      outputs.values().forEach(map -> map.segment().fill((byte) 0));
      super.run(inputs, outputs);
    }
  }

  static final class ClearedFirst extends FaultyCompiled {
    ClearedFirst(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      outputs.values().forEach(map -> map.segment().fill((byte) 0));
      super.run(inputs, outputs);
    }
  }

  /** Takes an input's memory for the input, whatever view of it was given. */
  static final class Unviewed extends FaultyCompiled {
    Unviewed(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      Map<String, FeatureMap> whole = new HashMap<>();
      inputs.forEach(
          (name, map) -> whole.put(name, FeatureMap.of(map.segment(), map.batch(), map.shape())));
      super.run(whole, outputs);
    }
  }

  static final class EveryOther extends FaultyCompiled {
    private int runs;

    EveryOther(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      super.run(inputs, outputs);
      if (++runs % 2 == 1) {
        flip(outputs.values());
      }
    }
  }

  /** Rounds an address down to whole elements, as a pointer cast would. */
  static final class Aligning extends FaultyCompiled {
    Aligning(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      super.run(inputs, outputs);
      for (FeatureMap map : outputs.values()) {
        long off = map.segment().isNative() ? map.segment().address() % 4 : 0;
        if (off != 0) {
          MemorySegment bytes = map.segment();
          MemorySegment.copy(bytes, off, bytes, 0, bytes.byteSize() - off);
        }
      }
    }
  }

  static final class FirstOnly extends FaultyCompiled {
    FirstOnly(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(float[] input, float[] output) {
      float[] whole = new float[output.length];
      super.run(input, whole);
      System.arraycopy(whole, 0, output, 0, whole.length / 2);
    }
  }

  static final class Unpacked extends ReferenceKernels {
    @Override
    Filter packed(Filter filter) {
      return filter;
    }
  }

  /** Judges overlaps by the range of bytes. */
  static final class ByteRange extends FaultyCompiled {
    ByteRange(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      for (FeatureMap in : inputs.values()) {
        for (FeatureMap out : outputs.values()) {
          if (in.segment().asOverlappingSlice(out.segment()).isPresent()
              && out.asWindow().map(Window::first).orElse(0) > 0) {
            throw new IllegalArgumentException("output 'y' overlaps input 'x'");
          }
        }
      }
      super.run(inputs, outputs);
    }
  }

  // ---- lifetimes and threads ----

  /** Does nothing where it should refuse. */
  static final class Silent extends FaultyCompiled {
    Silent(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      try {
        super.run(inputs, outputs);
      } catch (IllegalStateException | WrongThreadException e) {
        // That is the fault.
      }
    }
  }

  static final class NeverClosed extends FaultyCompiled {
    NeverClosed(Compiled sound) {
      super(sound);
    }

    @Override
    public void close() {}
  }

  static final class Queueing extends FaultyCompiled {
    Queueing(Compiled sound) {
      super(sound);
    }

    @Override
    public synchronized void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      super.run(inputs, outputs);
    }
  }

  /** Leaves the closing to somebody else and returns at once. */
  static final class Hasty extends FaultyCompiled {
    Hasty(Compiled sound) {
      super(sound);
    }

    @Override
    public void close() {
      Thread.ofPlatform().daemon().start(sound::close);
    }
  }

  static final class Null extends FaultyCompiled {
    Null(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      try {
        super.run(inputs, outputs);
      } catch (IllegalStateException e) {
        throw new NullPointerException();
      }
    }
  }

  static final class OneThread extends FaultyCompiled {
    private final Thread owner = Thread.currentThread();

    OneThread(Compiled sound) {
      super(sound);
    }

    @Override
    public void run(Map<String, FeatureMap> inputs, Map<String, FeatureMap> outputs) {
      if (!Thread.currentThread().equals(owner)) {
        throw new WrongThreadException("the session belongs to " + owner);
      }
      super.run(inputs, outputs);
    }
  }

  static final class OneSession extends Faulty {
    private final AtomicInteger open = new AtomicInteger();

    OneSession() {
      super(Mutant.sound());
    }

    @Override
    public Compiled compile(Network network, CompileOptions options) {
      if (open.incrementAndGet() > 1) {
        throw new BackendException("the device is in use");
      }
      return new FaultyCompiled(super.compile(network, options)) {
        @Override
        public void close() {
          open.decrementAndGet();
          super.close();
        }
      };
    }
  }
}
