package dev.shiftwise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiftwise.backend.BackendProvider;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.conformance.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyCommandTest {
  @TempDir private Path folder = Path.of("");

  /** The backend's own tests run every rule; here a few show what the command makes of them. */
  private static String[] arguments(String... more) {
    return Stream.concat(
            Stream.of("verify", "--rule", "SHIFT-02", "--rule", "POINTWISE-01"), Stream.of(more))
        .toArray(String[]::new);
  }

  @Test
  void rulesOnTheCpuAndAReport() throws IOException {
    Path report = folder.resolve("a/report");
    Cli run =
        Cli.run(
                Backends.discover(),
                arguments("--backend", "cpu-vector", "--report", report.toString()))
            .requireSuccess();
    assertTrue(run.out().contains("\nSHIFT-02 "), run.out());
    assertTrue(run.out().contains("\nPOINTWISE-01 "), run.out());
    assertFalse(run.out().contains("SHIFT-03"), run.out());
    assertTrue(run.out().contains(": 2 passed, 0 failed, 0 unsupported, 0 untested; "), run.out());
    assertEquals(run.out(), Files.readString(report.resolve("conformance.txt")));
    JsonNode json = new ObjectMapper().readTree(report.resolve("conformance.json").toFile());
    assertTrue(json.isObject(), json::toString);
    assertTrue(Files.readString(report.resolve("conformance.html")).contains("cpu-vector"));
  }

  @Test
  void withoutARuleAskedForEveryRuleIsRun() {
    Backends broken =
        Backends.of(List.of(Providers.throwing("thrower", new IllegalStateException("x"))));
    Cli run = Cli.run(broken, "verify");
    assertEquals(1, run.exitCode());
    Rules.all().forEach(rule -> assertTrue(run.out().contains(rule.id() + " "), rule::toString));
  }

  @Test
  void aBrokenProviderFailsAndHidesNobody() {
    BackendProvider healthy =
        Backends.discover().candidates().stream()
            .filter(one -> one.name().equals("cpu-vector"))
            .map(Backends.Candidate::provider)
            .findFirst()
            .orElseThrow();
    Backends both =
        Backends.of(
            List.of(Providers.throwing("thrower", new IllegalStateException("x")), healthy));
    Cli run = Cli.run(both, arguments());
    assertEquals(1, run.exitCode());
    assertTrue(run.out().contains("thrower"), run.out());
    assertTrue(run.out().contains("SHIFT-02"), run.out());
    assertTrue(run.out().contains("cpu-vector"), run.out());
  }

  @Test
  void aBackendThatCannotBeHadIsAFailure() {
    Backends absent = Backends.of(List.of(Providers.unavailable("absent")));
    Cli named = Cli.run(absent, "verify", "--backend", "absent");
    assertEquals(1, named.exitCode());
    assertTrue(named.err().contains("not available: 'absent'"), named.err());
    Cli all = Cli.run(absent, "verify");
    assertEquals(1, all.exitCode());
    assertTrue(all.err().contains("no backend is available"), all.err());
  }

  @Test
  void aMisspeltBackendOrRuleIsMisuse() {
    Cli run = Cli.run(Backends.discover(), "verify", "--backend", "cpu").requireError(2);
    assertTrue(run.err().contains("wanted one of [cpu-vector, opencl, cuda]"), run.err());
    Cli rule = Cli.run("verify", "--rule", "SHIFT-99").requireError(2);
    assertTrue(
        rule.err().contains("--rule: rules are [SHIFT-99], wanted numbers of SPEC.md"), rule.err());
  }
}
