package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DevicesCommandTest {
  private static final Backends MIXED =
      Backends.of(
          List.of(
              Providers.throwing("thrower", new IllegalStateException("probe went wrong")),
              Providers.unavailable("absent"),
              Providers.unlinked("unlinked"),
              Providers.available("healthy")));

  @Test
  void showsDevicesReasonsAndRemediesOfAll() {
    String out = Cli.run(MIXED, "devices").requireSuccess().out();
    List<String> lines = out.lines().skip(1).toList();
    assertEquals(
        List.of(
            "thrower is unavailable",
            "  provider-broken: java.lang.IllegalStateException: probe went wrong",
            "    remedy: report it to the backend's author, or take the backend off the path",
            "absent is unavailable",
            "  library-not-found: no libx.so",
            "    remedy: install libx",
            "  no-device: no device",
            "    remedy: plug one in",
            "unlinked is unavailable",
            "  provider-broken: java.lang.NoClassDefFoundError: com/example/Missing",
            "    remedy: report it to the backend's author, or take the backend off the path",
            "healthy",
            "  id-of-healthy  Model healthy  (taken by default)",
            "    vector bits: 512"),
        lines);
    assertTrue(out.startsWith("Shiftwise "), out);
  }

  @Test
  void stackTracesOfBrokenProvidersOnlyIfAsked() {
    assertFalse(Cli.run(MIXED, "devices").out().contains("\tat "));
    assertTrue(Cli.run(MIXED, "devices", "--verbose").out().contains("\tat dev.shiftwise"));
  }

  @Test
  void failsIfThereIsNoDevice() {
    Cli run = Cli.run(Backends.of(List.of(Providers.unavailable("absent"))), "devices");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("no backend is available"), run.err());
    assertTrue(run.out().contains("remedy: install libx"), run.out());
    assertTrue(Cli.run("devices").err().contains("there is no backend on the path"));
  }

  @Test
  void aBackendThatCannotBeHadIsRefusedWithTheWholeTable() {
    Cli run = Cli.run(MIXED, "classify", "x.png", "--backend", "absent").requireError(1);
    for (String part :
        List.of("backend 'absent'", "thrower", "unlinked", "healthy", "install libx")) {
      assertTrue(run.err().contains(part), run.err());
    }
  }
}
