package dev.shiftwise.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.BackendException;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.CompileOptions;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Session;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Filter;
import dev.shiftwise.network.Kernel2d;
import dev.shiftwise.network.MaxPool;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.PointwiseConvolution;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.FeatureMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How inputs and outputs cross, what is done when memory runs out, and that nothing leaks. */
final class MemoryTest {
  private static final Shape SHAPE = new Shape(8, 9, 7);

  private static BackendProvider provider(String name) {
    return switch (name) {
      case "as it ships" -> new OpenClProvider();
      case "mapped" -> new VariantProvider.Mapped();
      case "card" -> new VariantProvider.Card();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Backend open(String name) {
    Device device = Driver.devices().getFirst();
    return provider(name).open(device);
  }

  private static ClDevice.Facts facts() {
    return Probing.look().devices().getFirst().facts();
  }

  private static PointwiseConvolution convolution(int channels) {
    SplittableRandom random = new SplittableRandom(channels);
    float[] weights = new float[channels * channels];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextInt(-3, 4);
    }
    return PointwiseConvolution.of(Filter.pointwise(weights, new float[channels]))
        .withActivation(Activation.RELU);
  }

  /** Two convolutions; the second reads the first through a shift, and nothing else is shifted. */
  private static Network chain() {
    NetworkBuilder builder = Network.builder("chain");
    Operand x = builder.input("x", SHAPE);
    Operand first = builder.add("first", convolution(SHAPE.channels()), x);
    Operand second =
        builder.add(
            "second",
            convolution(SHAPE.channels()),
            first.addressShift(Border.RING, Displacement.LEFT, Displacement.UP));
    builder.output("y", second);
    return builder.build();
  }

  private static float[] values(int count) {
    SplittableRandom random = new SplittableRandom(5);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(-4, 5);
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"as it ships", "mapped"})
  void memoryOfTheSessionIsUsedInPlaceAndOthersCopied(String name) {
    int batch = 3;
    float[] input = values(batch * (int) SHAPE.elements());
    float[] expected = new float[input.length];
    try (Backend backend = open(name);
        Session session = backend.compile(chain(), CompileOptions.DEFAULT.withMaxBatch(batch))) {
      session.run(input, expected);
      assertTrue(session.transfer().contains("x by one checked copy"), session.transfer());
      FeatureMap x = session.allocate("x");
      FeatureMap y = session.allocate("y");
      for (int run = 0; run < 3; run++) {
        x.segment().copyFrom(MemorySegment.ofArray(input));
        y.segment().fill((byte) 0x7f);
        session.run(x, y);
        assertTrue(session.transfer().contains("x in place, y in place"), session.transfer());
        assertArrayEquals(expected, y.segment().toArray(ValueLayout.JAVA_FLOAT));
        assertArrayEquals(input, x.segment().toArray(ValueLayout.JAVA_FLOAT));
      }
      // Back to copies, and mixed.
      float[] again = new float[input.length];
      session.run(input, again);
      assertArrayEquals(expected, again);
      FeatureMap heap = FeatureMap.of(again, batch, SHAPE);
      again[0] = -1;
      session.run(x, heap);
      assertTrue(session.transfer().contains("x in place, y by one"), session.transfer());
      assertArrayEquals(expected, again);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"as it ships", "mapped", "card"})
  void whatNeedsGuardsOrIsReadAgainIsCopied(String name) {
    NetworkBuilder builder = Network.builder("guarded");
    Operand x = builder.input("x", SHAPE);
    Operand shifted = x.addressShift(Border.ZERO, Displacement.RIGHT, Displacement.DOWN);
    Operand y = builder.add("y", convolution(SHAPE.channels()), shifted);
    builder.output("y", y);
    builder.output("z", builder.add("z", new MaxPool(Kernel2d.square(2, 1, 0), false), y));
    float[] input = values((int) SHAPE.elements());
    try (Backend backend = open(name);
        Session session = backend.compile(builder.build());
        Arena arena = Arena.ofConfined()) {
      float[][] results = new float[2][];
      for (int i = 0; i < 2; i++) {
        boolean given = i == 0;
        FeatureMap in = given ? session.allocate("x") : FeatureMap.allocate(arena, 1, SHAPE);
        FeatureMap out = given ? session.allocate("y") : FeatureMap.allocate(arena, 1, SHAPE);
        FeatureMap pooled = session.allocate("z");
        in.segment().copyFrom(MemorySegment.ofArray(input));
        session.run(session.bind().input("x", in).output("y", out).output("z", pooled));
        String transfer = session.transfer();
        assertTrue(transfer.contains("x by one checked copy, y by one checked copy"), transfer);
        assertEquals(!name.equals("card"), transfer.endsWith("z in place"), transfer);
        results[i] = out.segment().toArray(ValueLayout.JAVA_FLOAT);
      }
      assertArrayEquals(results[0], results[1]);
    }
  }

  /** A part of a concatenation stands in the whole: nobody may leave it out of the slab. */
  @ParameterizedTest
  @ValueSource(strings = {"as it ships", "mapped", "card"})
  void partsOfAConcatenationAreStaged(String name) {
    for (int kind = 0; kind < 3; kind++) {
      NetworkBuilder builder = Network.builder("joined " + kind);
      Operand x = builder.input("x", SHAPE);
      Operand pool =
          kind == 1 ? x : builder.add("pool", new MaxPool(Kernel2d.square(1, 1, 0), false), x);
      Operand joint = builder.add("joint", new Concat(), x, pool);
      builder.output("y", kind == 2 ? builder.add("last", convolution(16), joint) : joint);
      float[] input = values((int) SHAPE.elements());
      float[] expected = new float[2 * input.length];
      try (Backend backend = open(name);
          Session session = backend.compile(builder.build())) {
        session.run(input, expected);
        FeatureMap in = session.allocate("x");
        FeatureMap out = session.allocate("y");
        assertEquals(-1, in.segment().mismatch(MemorySegment.ofArray(new float[input.length])));
        // Nothing that is right may be left in the slab.
        session.run(new float[input.length], new float[expected.length]);
        in.segment().copyFrom(MemorySegment.ofArray(input));
        session.run(in, out);
        assertArrayEquals(expected, out.segment().toArray(ValueLayout.JAVA_FLOAT), "kind " + kind);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"as it ships", "mapped", "card"})
  void aSlabThatNoBufferCanHoldIsRefusedByName(String name) {
    NetworkBuilder builder = Network.builder("wide");
    Operand x = builder.input("x", new Shape(2, 1 << 15, 1 << 15));
    builder.output("y", builder.add("y", new MaxPool(Kernel2d.square(2, 2, 0), false), x));
    Network network = builder.build();
    try (Backend backend = open(name)) {
      BackendException refused =
          assertThrows(
              BackendException.class,
              () -> backend.compile(network, CompileOptions.DEFAULT.withMaxBatch(64)).close());
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains(facts().name()), message);
      assertTrue(message.contains(String.valueOf(facts().maxAllocation())), message);
      assertTrue(message.contains("the slab asks for "), message);
      // The backend is as good as before.
      try (Session session = backend.compile(chain())) {
        session.run(values((int) SHAPE.elements()), new float[(int) SHAPE.elements()]);
      }
    }
  }
}
