package dev.shiftwise.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.network.Copy;
import dev.shiftwise.plan.Capabilities;
import dev.shiftwise.plan.Layout;
import dev.shiftwise.plan.MemoryPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BackendsTest {

  /** A provider whose probe answers, or throws, what a test wants. */
  private record Fake(String name, int spiVersion, Supplier<Probe> answer)
      implements BackendProvider {
    @Override
    public Probe probe() {
      return answer.get();
    }

    @Override
    public Backend open(Device device) {
      return new FakeBackend(device);
    }
  }

  private record FakeBackend(Device device) implements Backend {
    @Override
    public Capabilities capabilities() {
      return new Capabilities(Set.of(Copy.class), Set.of());
    }

    @Override
    public Layout layout() {
      return new Layout(64, Layout.BatchOrder.IMAGE_BY_IMAGE, true);
    }

    @Override
    public Program load(MemoryPlan plan, CompileOptions options) {
      throw new BackendException("not in this test");
    }

    @Override
    public void close() {}
  }

  private static BackendProvider available(String name, int... ranks) {
    return new Fake(
        name,
        BackendProvider.SPI_VERSION,
        () ->
            new Probe.Available(
                Arrays.stream(ranks)
                    .mapToObj(rank -> new Device(name, "id" + rank, "a device", rank, Map.of()))
                    .toList()));
  }

  private static BackendProvider failing(String name, Supplier<Probe> answer) {
    return new Fake(name, BackendProvider.SPI_VERSION, answer);
  }

  @Test
  void theHighestRankIsTaken() {
    Backends backends = Backends.of(List.of(available("a", 100), available("b", 50, 300)));
    try (Backend best = backends.openBest()) {
      assertEquals("id300", best.device().id());
    }
    try (Backend named = backends.open("a")) {
      assertEquals("a", named.device().backend());
    }
    try (Backend named = backends.open("b", "id50")) {
      assertEquals("id50", named.device().id());
    }
  }

  @Test
  void aBrokenProviderIsReportedAndHidesNoOther() {
    Backends backends =
        Backends.of(
            List.of(
                failing(
                    "throws",
                    () -> {
                      throw new IllegalStateException("probe went wrong");
                    }),
                failing(
                    "unlinked",
                    () -> {
                      throw new NoClassDefFoundError("org/example/Missing");
                    }),
                new Fake("old", BackendProvider.SPI_VERSION + 1, () -> null),
                available("fine", 1)));
    assertEquals(ReasonCode.PROVIDER_BROKEN, reason(backends, 0).code());
    assertTrue(reason(backends, 0).message().contains("probe went wrong"));
    assertTrue(reason(backends, 1).message().contains("org/example/Missing"));
    assertEquals(ReasonCode.SPI_VERSION, reason(backends, 2).code());
    try (Backend best = backends.openBest()) {
      assertEquals("fine", best.device().backend());
    }
  }

  private static Reason reason(Backends backends, int index) {
    Probe probe = backends.candidates().get(index).probe();
    if (probe instanceof Probe.Unavailable(var reasons)) {
      return reasons.getFirst();
    }
    throw new AssertionError(probe + " should be unavailable");
  }

  @Test
  @SuppressWarnings("NullAway") // What a provider must not do is tried.
  void nullsAndErrorsOfAProviderAreItsOwn() {
    BackendProvider unopenable =
        new BackendProvider() {
          @Override
          public String name() {
            return "unopenable";
          }

          @Override
          public int spiVersion() {
            return SPI_VERSION;
          }

          @Override
          public Probe probe() {
            return new Probe.Available(
                List.of(new Device("unopenable", "id", "a device", 9, Map.of())));
          }

          @Override
          public Backend open(Device device) {
            throw new NoClassDefFoundError("org/example/Missing");
          }
        };
    Backends backends =
        Backends.of(List.of(failing("nothing", () -> null), unopenable, available("fine", 1)));
    assertEquals(ReasonCode.PROVIDER_BROKEN, reason(backends, 0).code());
    BackendException e = assertThrows(BackendException.class, backends::openBest);
    assertTrue(String.valueOf(e.getMessage()).contains("org/example/Missing"), e.toString());
    assertTrue(String.valueOf(e.getMessage()).contains("fine id1"), e.toString());
    backends.open("fine").close();
  }

  @Test
  void aBackendAskedForByNameIsNeverReplacedAndEveryReasonIsTold() {
    Reason reason = Reason.of(ReasonCode.NO_DEVICE, "nothing plugged in", "plug something in");
    Backends backends =
        Backends.of(
            List.of(
                failing("gone", () -> new Probe.Unavailable(List.of(reason))),
                available("fine", 1)));
    BackendException e = assertThrows(BackendException.class, () -> backends.open("gone"));
    assertEquals(
        "backend 'gone' is not available; found: gone: no-device: nothing plugged in (plug"
            + " something in) | fine: fine id1 (a device)",
        e.getMessage());
    assertThrows(BackendException.class, () -> backends.open("fine", "id2"));
    assertThrows(BackendException.class, () -> Backends.of(List.of()).openBest());
  }
}
