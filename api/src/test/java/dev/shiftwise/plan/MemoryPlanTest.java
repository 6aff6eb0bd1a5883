package dev.shiftwise.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Activate;
import dev.shiftwise.network.Activation;
import dev.shiftwise.network.Arithmetic;
import dev.shiftwise.network.Concat;
import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.network.Operand;
import dev.shiftwise.network.Operator;
import dev.shiftwise.network.Softmax;
import dev.shiftwise.plan.Layout.BatchOrder;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.AddressShift;
import dev.shiftwise.view.Border;
import dev.shiftwise.view.ChannelShift;
import dev.shiftwise.view.Displacement;
import dev.shiftwise.view.ViewStep;
import dev.shiftwise.view.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryPlanTest {
  private static final Activate RELU = new Activate(Activation.RELU);
  private static final Arithmetic ADD = Arithmetic.add();
  private static final Shape SHAPE = Shape.of(8, 4, 5);
  private static final Layout GUARDED = new Layout(64, BatchOrder.IMAGE_BY_IMAGE, true);

  /**
   * Activate stands for the operators that read shifted operands in place, Arithmetic for others.
   */
  private static final Capabilities CAPABILITIES =
      new Capabilities(
          Set.<Class<? extends Operator>>of(Activate.class, Arithmetic.class, Copy.class),
          Set.of(Activate.class));

  static Stream<Layout> layouts() {
    return Stream.of(BatchOrder.values())
        .flatMap(
            order ->
                Stream.of(
                    new Layout(4, order, true),
                    new Layout(64, order, true),
                    new Layout(128, order, false)));
  }

  private static MemoryPlan plan(NetworkBuilder builder) {
    return MemoryPlan.of(builder.build(), CAPABILITIES, GUARDED, 1);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyReaderOfARandomNetworkFindsItsElements(Layout layout) {
    for (int seed = 0; seed < 1500; seed++) {
      Network network = randomNetwork(seed);
      MemoryPlan plan = MemoryPlan.of(network, CAPABILITIES, layout, 2);
      try {
        plan.requireInsideSlab();
        new PlanSimulation(plan).run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + network + "\n" + plan, e);
      }
      assertTrue(plan.sizes().peakLive() <= plan.slabBytes());
    }
  }

  private static Network randomNetwork(int seed) {
    Random random = new Random(seed);
    int height = 1 + random.nextInt(4);
    int width = 1 + random.nextInt(5);
    NetworkBuilder builder = Network.builder("random " + seed);
    List<Operand> values = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(2); i++) {
      values.add(builder.input("input" + i, Shape.of(1 + random.nextInt(6), height, width)));
    }
    int nodes = 1 + random.nextInt(9);
    for (int i = 0; i < nodes; i++) {
      Operand a = seen(random, values);
      String name = "node" + i;
      values.add(
          switch (random.nextInt(7)) {
            case 0 -> builder.add(name, new Concat(), a, seen(random, values));
            case 1 -> {
              Operand window = values.get(random.nextInt(values.size()));
              int width2 = window.shape().channels();
              Operand made =
                  builder.add(name + ".made", RELU, window).window(0, 1 + random.nextInt(width2));
              yield builder.shortcutShift(name, window, made);
            }
            case 2 -> builder.add(name, new Copy(), a);
            case 3 -> builder.add(name, ADD, a, a);
            case 4 -> halves(builder, name, values.get(random.nextInt(values.size())));
            default -> builder.add(name, RELU, a);
          });
    }
    builder.output("last", values.getLast());
    if (random.nextBoolean()) {
      builder.output("another", seen(random, values));
    }
    return builder.build();
  }

  /** One half of a value is passed on and joined to what the other one becomes. */
  private static Operand halves(NetworkBuilder builder, String name, Operand x) {
    int channels = x.shape().channels();
    int half = Math.ceilDiv(channels, 2);
    Operand wide = builder.add(name + ".wide", RELU, x.window(channels - half, half));
    Operand made = builder.add(name + ".made", RELU, wide);
    return builder.add(name, new Concat(), x.window(0, half), made);
  }

  private static Operand seen(Random random, List<Operand> values) {
    Operand operand = values.get(random.nextInt(values.size()));
    for (int i = random.nextInt(3); i > 0; i--) {
      operand = operand.then(step(random, operand.shape()));
    }
    return operand;
  }

  private static ViewStep step(Random random, Shape shape) {
    int channels = shape.channels();
    return switch (random.nextInt(4)) {
      case 0 -> new ChannelShift(random.nextInt(7));
      case 1 -> {
        int count = 1 + random.nextInt(channels);
        yield new Window(random.nextInt(channels - count + 1), count);
      }
      default -> {
        List<AddressShift.Run> runs = new ArrayList<>();
        for (int left = channels; left > 0; ) {
          int run = 1 + random.nextInt(left);
          runs.add(
              new AddressShift.Run(
                  run,
                  new Displacement(
                      random.nextInt(2 * shape.height() - 1) - shape.height() + 1,
                      random.nextInt(2 * shape.width() - 1) - shape.width() + 1)));
          left -= run;
        }
        yield new AddressShift(random.nextBoolean() ? Border.RING : Border.ZERO, runs);
      }
    };
  }

  @Test
  void anAddressNetModuleNeedsNoCopyAndOneRingGuard() {
    NetworkBuilder b = Network.builder("module");
    Operand x = b.add("expand", RELU, b.input("x", SHAPE));
    Operand shifted = x.channelShift(1).then(AddressShift.addressNet(Border.RING, 8));
    b.output("y", b.add("reduce", RELU, shifted));
    MemoryPlan plan = plan(b);
    assertEquals(List.of(), plan.copies());
    Guards guards = plan.steps().getFirst().guards();
    // After the channel shift, the run DOWN ends on plane 0, one row up: that leaves the front end.
    assertEquals(1, guards.ringCopies().size());
    assertEquals(5, guards.ringCopies().getFirst().count());
    assertEquals(0, guards.gap());
  }

  @Test
  void aZeroShiftGetsDeadBordersAndNoCopy() {
    NetworkBuilder b = Network.builder("zero");
    Operand x = b.add("expand", RELU, b.input("x", SHAPE));
    b.output("y", b.add("reduce", RELU, x.then(AddressShift.addressNet(Border.ZERO, 8))));
    MemoryPlan plan = plan(b);
    assertEquals(List.of(), plan.copies());
    Guards guards = plan.steps().getFirst().guards();
    assertEquals(4, guards.deadBorders().size());
    assertEquals(SHAPE.width(), guards.gap());
  }

  @Test
  void aSecondReaderOfAValueWithDeadBordersMakesTheShiftACopyWithAReason() {
    NetworkBuilder b = Network.builder("zero");
    Operand x = b.add("expand", RELU, b.input("x", SHAPE));
    Operand shifted = b.add("reduce", RELU, x.then(AddressShift.addressNet(Border.ZERO, 8)));
    b.output("y", b.add("sum", ADD, shifted, x));
    MemoryPlan plan = plan(b);
    assertEquals(1, plan.copies().size());
    assertEquals("reduce.copy0", plan.copies().getFirst().node());
    assertEquals(SHAPE.elements() * 4, plan.copiedBytes());
    assertTrue(plan.toString().contains("another reader needs the cells"), plan.toString());
  }

  @Test
  void aSlidingWindowOverAStageIsOneRegionWithoutCopies() {
    NetworkBuilder b = Network.builder("stage");
    Operand window = b.add("first", RELU, b.input("x", SHAPE));
    for (int i = 0; i < 5; i++) {
      Operand made = b.add("module" + i, RELU, window.window(0, 4));
      window = b.shortcutShift("joint" + i, window, made);
    }
    b.output("y", b.add("last", RELU, window));
    MemoryPlan plan = plan(b);
    assertEquals(List.of(), plan.copies());
    long first = place(plan, "first").offset();
    for (int i = 0; i < 5; i++) {
      assertEquals(
          first + (8 + 4 * i) * SHAPE.plane(), place(plan, "module" + i).offset(), "module" + i);
    }
    assertEquals(7, plan.steps().size());
  }

  private static Placement place(MemoryPlan plan, String value) {
    return plan.entries().stream()
        .filter(entry -> entry.value().equals(value))
        .findFirst()
        .orElseThrow()
        .placement();
  }

  @Test
  void aValueThatTwoConcatsWantIsCopiedOnce() {
    NetworkBuilder b = Network.builder("concats");
    Operand x = b.add("a", RELU, b.input("x", SHAPE));
    Operand y = b.add("b", RELU, x);
    Operand one = b.add("one", new Concat(), x, y);
    Operand two = b.add("two", new Concat(), y, x);
    b.output("y", b.add("sum", ADD, one, two));
    assertEquals(1, plan(b).copies().size());
  }

  @Test
  void whatJoinsAHalfTakesThePlaceOfTheOtherOnceThatIsRead() {
    NetworkBuilder b = Network.builder("halves");
    Operand x = b.add("first", RELU, b.input("x", SHAPE));
    Operand joined = halves(b, "join", x);
    b.output("y", b.add("last", RELU, joined));
    MemoryPlan plan = plan(b);
    assertEquals(List.of(), plan.copies());
    assertEquals(
        place(plan, "first").offset() + SHAPE.elements() / 2, place(plan, "join.made").offset());
    new PlanSimulation(plan).run();
  }

  @Test
  void aHalfThatIsReadLaterKeepsItsPlace() {
    NetworkBuilder b = Network.builder("halves");
    Operand x = b.add("first", RELU, b.input("x", SHAPE));
    Operand joined = halves(b, "join", x);
    b.output("y", b.add("last", ADD, joined, x));
    MemoryPlan plan = plan(b);
    assertEquals(1, plan.copies().size());
    new PlanSimulation(plan).run();
  }

  @Test
  void aChainUsesTwoBuffersByTurns() {
    NetworkBuilder b = Network.builder("chain");
    Operand x = b.input("x", SHAPE);
    for (int i = 0; i < 20; i++) {
      x = b.add("node" + i, RELU, x);
    }
    b.output("y", x);
    MemoryPlan plan = plan(b);
    assertEquals(2 * SHAPE.elements() * 4, plan.slabBytes());
    assertEquals(21 * SHAPE.elements() * 4, plan.sizes().naive());
  }

  @Test
  void anOperatorWithoutASimplerFormIsRefusedByName() {
    NetworkBuilder b = Network.builder("refused");
    b.output("y", b.add("probabilities", new Softmax(), b.input("x", SHAPE)));
    assertEquals(
        "network 'refused' has operators that the backend does not run and that have no simpler"
            + " form: 'probabilities' (Softmax)",
        assertThrows(UnsupportedOperatorException.class, () -> plan(b)).getMessage());
  }

  @Test
  void addedNodesDoNotTakeTheNamesOfTheAuthors() {
    NetworkBuilder b = Network.builder("names");
    Operand x = b.input("x", SHAPE);
    Operand sum = b.add("a", ADD, x, x.channelShift(1));
    b.output("y", b.add("a.copy1", RELU, sum));
    assertEquals("a.copy1'", plan(b).copies().getFirst().node());
  }

  @Test
  void aSlabThatNoLongCountsIsRefused() {
    NetworkBuilder b = Network.builder("huge");
    Operand x = b.input("x", Shape.of(4, 1 << 29, 1 << 29));
    b.output("y", b.add("a", RELU, b.add("b", RELU, x)));
    assertEquals(
        "network 'huge' needs a slab of more than 2^63 bytes for 1 images, wanted smaller feature"
            + " maps or a smaller batch",
        assertThrows(IllegalArgumentException.class, () -> plan(b)).getMessage());
  }

  @Test
  void aPlanPutTogetherByHandIsCheckedBeforeRawAddressesUseIt() {
    NetworkBuilder b = Network.builder("small");
    b.output("y", b.add("a", RELU, b.input("x", SHAPE)));
    MemoryPlan plan = plan(b);
    MemoryPlan wrong =
        new MemoryPlan(
            plan.network(),
            plan.layout(),
            plan.images(),
            plan.inputs(),
            plan.steps(),
            plan.outputs(),
            plan.entries(),
            plan.copies(),
            new MemoryPlan.Sizes(plan.slabBytes() - 4, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, wrong::requireInsideSlab);
  }

  @Test
  void badArgumentsAreNamed() {
    NetworkBuilder b = Network.builder("x");
    b.output("y", b.add("a", RELU, b.input("x", SHAPE)));
    assertEquals(
        "maxBatch is 0, wanted at least 1",
        assertThrows(
                IllegalArgumentException.class,
                () -> MemoryPlan.of(b.build(), CAPABILITIES, GUARDED, 0))
            .getMessage());
    assertEquals(
        "alignment is 48, wanted a power of two of at least 4",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Layout(48, BatchOrder.IMAGE_BY_IMAGE, true))
            .getMessage());
  }
}
