package dev.shiftwise.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.shiftwise.network.Copy;
import dev.shiftwise.network.Network;
import dev.shiftwise.network.NetworkBuilder;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import dev.shiftwise.tensor.Shape;
import dev.shiftwise.view.FeatureMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a session promises beside what the conformance kit checks through a backend. */
class SessionTest {
  private static final Shape SHAPE = Shape.of(2, 3, 3);

  private record Idle(Device device, Supplier<Program> programs) implements Backend {
    @Override
    public Capabilities capabilities() {
      return new Capabilities(Set.of(Copy.class), Set.of());
    }

    @Override
    public Layout layout() {
      return new Layout(64, Layout.BatchOrder.WHOLE_BATCH, true);
    }

    @Override
    public Program load(MemoryPlan plan, CompileOptions options) {
      return programs.get();
    }

    @Override
    public void close() {}
  }

  private record Failing() implements Program {
    @Override
    public void run(Bindings bindings) {}

    @Override
    public String transfer() {
      return "nothing crosses";
    }

    @Override
    public void close() {
      throw new IllegalStateException("cannot be freed");
    }
  }

  private static Backend backend(Supplier<Program> programs) {
    return new Idle(new Device("idle", "id", "a device", 1, Map.of()), programs);
  }

  private static Network copy() {
    NetworkBuilder b = Network.builder("copy");
    b.output("y", b.add("copy", new Copy(), b.input("x", SHAPE)));
    return b.build();
  }

  @Test
  void bindingsOfAnotherSessionOfTheSameNetworkAreRefused() {
    Network network = copy();
    Backend backend = backend(Failing::new);
    Session eight = backend.compile(network, CompileOptions.DEFAULT.withMaxBatch(8));
    Session one = backend.compile(network);
    Bindings bindings = eight.bind();
    bindings.input("x", FeatureMap.of(new float[8 * 18], 8, SHAPE));
    bindings.output("y", FeatureMap.of(new float[8 * 18], 8, SHAPE));
    eight.run(bindings);
    assertEquals(
        "bindings are of another session, wanted bind() of this",
        assertThrows(IllegalArgumentException.class, () -> one.run(bindings)).getMessage());
  }

  @Test
  void aProgramThatCannotBeFreedLeavesTheSessionClosedAndItsMemoryFreed() {
    Session session = backend(Failing::new).compile(copy());
    FeatureMap map = session.allocate("x");
    assertThrows(IllegalStateException.class, session::close);
    assertThrows(IllegalStateException.class, () -> map.get(0, 0, 0, 0));
    session.close();
  }

  @Test
  void outOfMemoryNamesDeviceNetworkAndSize() {
    Backend backend =
        backend(
            () -> {
              throw new OutOfMemoryError("nothing left");
            });
    assertEquals(
        "idle id (a device) has not enough memory for network 'copy', whose slab takes 256 bytes;"
            + " compile for a smaller batch or fewer threads",
        assertThrows(BackendException.class, () -> backend.compile(copy())).getMessage());
  }
}
