package dev.shiftwise.conformance;

import dev.shiftwise.network.Network;
import dev.shiftwise.network.Value;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The memory of one run: copies of the inputs, and outputs full of poison with canaries on both
 * sides. Owns its memory; close it.
 */
final class Buffers implements AutoCloseable {
  static final ValueLayout.OfInt BITS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Elements on each side of an output: more than any vector, less than a page. */
  private static final int CANARIES = 67;

  private static final int CANARY = 0x5ca1ab1e;

  private final Arena arena = Arena.ofShared();
  private final Map<String, int[]> given = new LinkedHashMap<>();
  private final Map<String, FeatureMap> inputs = new LinkedHashMap<>();
  private final Map<String, FeatureMap> outputs = new LinkedHashMap<>();
  private final Map<String, MemorySegment> fenced = new LinkedHashMap<>();

  private Buffers() {}

  static Buffers of(Network network, Map<String, int[]> inputs, int batch) {
    Buffers buffers = new Buffers();
    for (Value input : network.inputs()) {
      int[] bits = inputs.get(input.name());
      if (bits == null) {
        throw new IllegalArgumentException("input '" + input.name() + "' is missing");
      }
      buffers.given.put(input.name(), bits);
      buffers.inputs.put(
          input.name(), FeatureMap.of(copyOf(buffers.arena, bits), batch, input.shape()));
    }
    network.outputs().forEach((name, operand) -> buffers.addOutput(name, batch, operand.shape()));
    return buffers;
  }

  /** Returns native memory with these bits. */
  static MemorySegment copyOf(Arena arena, int[] bits) {
    MemorySegment segment = arena.allocate(bits.length * 4L, 4);
    MemorySegment.copy(bits, 0, segment, BITS, 0, bits.length);
    return segment;
  }

  private void addOutput(String name, int batch, Shape shape) {
    long elements = batch * shape.elements();
    MemorySegment segment = arena.allocate((elements + 2 * CANARIES) * 4L, 4);
    for (long i = 0; i < elements + 2 * CANARIES; i++) {
      boolean inside = i >= CANARIES && i < CANARIES + elements;
      segment.set(BITS, i * 4, inside ? Numbers.POISON : CANARY);
    }
    fenced.put(name, segment);
    outputs.put(name, FeatureMap.of(segment.asSlice(CANARIES * 4L, elements * 4L), batch, shape));
  }

  Map<String, FeatureMap> inputs() {
    return inputs;
  }

  Map<String, FeatureMap> outputs() {
    return outputs;
  }

  /** Returns what stands in an output. */
  int[] output(String name) {
    FeatureMap map = outputs.get(name);
    if (map == null) {
      throw new IllegalArgumentException("there is no output '" + name + "'");
    }
    return map.segment().toArray(BITS);
  }

  /** Asserts that the inputs are as they were given and the canaries alive. */
  void check(Trial trial) {
    checkInputs(trial);
    checkCanaries(trial);
  }

  void checkInputs(Trial trial) {
    given.forEach(
        (name, bits) -> {
          FeatureMap map = inputs.get(name);
          trial.check(
              map != null
                  && MemorySegment.ofArray(map.segment().toArray(BITS))
                          .mismatch(MemorySegment.ofArray(bits))
                      < 0,
              () -> "input '" + name + "' was changed by the run");
        });
  }

  void checkCanaries(Trial trial) {
    fenced.forEach(
        (name, segment) -> {
          long elements = segment.byteSize() / 4;
          long behind = elements - CANARIES;
          boolean intact = true;
          for (long i = 0; i < CANARIES; i++) {
            intact &= segment.get(BITS, i * 4) == CANARY;
            intact &= segment.get(BITS, (behind + i) * 4) == CANARY;
          }
          trial.check(intact, () -> "the run wrote outside output '" + name + "'");
        });
  }

  @Override
  public void close() {
    arena.close();
  }
}
