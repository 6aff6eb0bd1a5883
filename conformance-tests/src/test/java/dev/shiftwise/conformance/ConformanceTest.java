package dev.shiftwise.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.shiftwise.backend.Backend;
import dev.shiftwise.backend.Backends;
import dev.shiftwise.backend.Device;
import dev.shiftwise.backend.Probe;
import dev.shiftwise.backend.Reason;
import dev.shiftwise.backend.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The face for programs: verdicts, required backends, and the matrix in its three forms. */
final class ConformanceTest {

  /** A backend that is not here. */
  static final class Absent extends ReferenceProvider {
    @Override
    public String name() {
      return "absent";
    }

    @Override
    public Probe probe() {
      return new Probe.Unavailable(
          List.of(
              Reason.of(ReasonCode.NO_DEVICE, "no <device> \"here\"", "plug one in & try again")));
    }
  }

  /** A backend that offers a device and does not open it. */
  static final class Refusing extends ReferenceProvider {
    @Override
    public Backend open(Device device) {
      throw new IllegalStateException("device is lost");
    }
  }

  private static Matrix run(Set<String> required, ReferenceProvider... providers) {
    return Conformance.requiring(required)
        .run(Backends.of(List.of(providers)).candidates(), (_, _) -> {});
  }

  @Test
  void soundBackendPasses() {
    List<Result> heard = new ArrayList<>();
    Matrix matrix =
        Conformance.requiring(Set.of("reference"))
            .run(new ReferenceProvider(), (_, result) -> heard.add(result));
    assertFalse(matrix.hasFailed(), matrix::toText);
    Matrix.Column column = matrix.columns().getFirst();
    assertEquals(Rules.all().size(), heard.size());
    assertEquals(heard, column.results());
    assertTrue(column.assertions() > 1000, () -> column.assertions() + " assertions");
    for (Result result : heard) {
      assertEquals(result.verdict() == Verdict.PASS, result.assertions() > 0, result::toString);
    }
  }

  @Test
  void rulesThatAreLeftOutAreUntestedAndSayWhy() {
    Map<String, String> leftOut = Map.of("NET-07", "is large", "SPI-04", "is dull");
    Matrix matrix =
        Conformance.requiring(Set.of())
            .leavingOut(leftOut)
            .run(new ReferenceProvider(), (_, _) -> {});
    assertFalse(matrix.hasFailed(), matrix::toText);
    for (Result result : matrix.columns().getFirst().results()) {
      String why = leftOut.get(result.rule().id());
      assertEquals(why != null, result.detail().equals("left out: " + why), result::toString);
      if (why != null) {
        assertEquals(Verdict.UNTESTED, result.verdict(), result::toString);
        assertEquals(0, result.assertions(), result::toString);
      }
    }
  }

  @Test
  void rulesAloneAreRunInTheirOrderAndNoOthers() {
    Conformance two = Conformance.requiring(Set.of()).only(Set.of("SPI-03", "SHIFT-02"));
    for (ReferenceProvider provider : List.of(new ReferenceProvider(), new Absent())) {
      Matrix matrix = two.run(provider, (_, _) -> {});
      assertFalse(matrix.hasFailed(), matrix::toText);
      assertEquals(
          List.of("SHIFT-02", "SPI-03"),
          matrix.columns().getFirst().results().stream().map(one -> one.rule().id()).toList());
      for (String report : List.of(matrix.toText(), matrix.toHtml())) {
        assertTrue(report.contains("SHIFT-02") && report.contains("SPI-03"), report);
        assertFalse(report.contains("SHIFT-03"), report);
      }
    }
    Matrix alone =
        Conformance.requiring(Set.of())
            .only(Set.of("SPI-03"))
            .run(new ReferenceProvider(), (_, _) -> {});
    assertFalse(alone.hasFailed(), alone::toText);
  }

  @Test
  void rulesThatThereAreNotCannotBeLeftOutNorRunAlone() {
    Conformance all = Conformance.requiring(Set.of());
    assertThrows(IllegalArgumentException.class, () -> all.only(Set.of("SHIFT-99")));
    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> all.leavingOut(Map.of("NET-07", "is large", "NET-7", "is large")));
    assertEquals("rules are [NET-7], wanted numbers of SPEC.md", refused.getMessage());
  }

  @Test
  void absentBackendIsUntestedAndNeverPassed() {
    Matrix matrix = run(Set.of(), new Absent());
    assertEquals(List.of(), matrix.problems());
    for (Result result : matrix.columns().getFirst().results()) {
      if (result.rule().needsBackend()) {
        assertEquals(Verdict.UNTESTED, result.verdict());
        assertTrue(result.detail().contains("no-device"), result::detail);
      }
    }
  }

  @Test
  void absentBackendThatIsRequiredIsAProblem() {
    Matrix matrix = run(Set.of("absent", "elsewhere"), new Absent());
    assertTrue(matrix.hasFailed());
    assertEquals(2, matrix.problems().size(), () -> matrix.problems().toString());
    assertTrue(matrix.problems().get(1).contains("no-device"));
    assertTrue(matrix.problems().get(0).contains("'elsewhere' was not found"));
  }

  @Test
  void brokenProviderFails() {
    Matrix matrix = run(Set.of(), new ProviderMutants.Throwing());
    assertTrue(matrix.hasFailed());
    assertTrue(matrix.toText().contains("libmissing.so"), matrix::toText);
  }

  @Test
  void deviceThatDoesNotOpenFails() {
    Matrix matrix = run(Set.of(), new Refusing());
    assertTrue(matrix.hasFailed());
    assertTrue(matrix.toText().contains("device is lost"), matrix::toText);
  }

  @Test
  void availableBackendWithoutAssertionsIsAProblem() {
    Matrix.Column idle = new Matrix.Column("idle", "idle cpu", "", List.of());
    assertEquals(1, Conformance.requiring(Set.of()).problems(List.of(idle)).size());
  }

  @Test
  void ruleWithoutAssertionsFails() {
    Rule empty = Rule.of("EMPTY-01", "says nothing", _ -> {});
    assertEquals(Verdict.FAIL, empty.run(Mutant.sound()).verdict());
  }

  @Test
  void requiredNamesAreReadFromAList() {
    assertEquals(Set.of("cpu-vector", "opencl"), Conformance.named(" cpu-vector,, opencl ,"));
    assertEquals(Set.of(), Conformance.named(""));
  }

  @Test
  void matrixPrintsInThreeForms() {
    Matrix matrix = run(Set.of("absent"), new Absent());
    String text = matrix.toText();
    assertTrue(text.contains("SHIFT-01 one image never reads another"), text);
    assertTrue(text.contains("problem: required backend 'absent'"), text);
    String json = matrix.toJson();
    assertTrue(json.startsWith("{\"failed\":true,\"problems\":[\"required"), json);
    assertTrue(json.contains("no <device> \\\"here\\\""), json);
    String html = matrix.toHtml();
    assertTrue(html.contains("no &lt;device&gt;") && html.contains("&amp; try"), html);
    assertTrue(html.contains("color-scheme: light dark"), html);
    assertFalse(html.contains("http"), "the page needs nothing else");
  }
}
